# Writes johansen_urca.json: Johansen's test in its five deterministic cases, by R.
#
#   Rscript test/golden/make_johansen.R
#
# Made with R 4.2.2 and urca 1.3-3 (Debian r-cran-urca). ca.jo has a restricted constant (ecdet "const"), a
# constant ("none") and a restricted trend ("trend"); with a trend as dumvar and ecdet "none" it has the
# unrestricted trend. It always has a constant, so the case without terms, and every case without lags (ca.jo
# starts at K = 2), are canonical correlations of lm's residuals by stats::cancor. The series are made here
# with a seed, on a grid of 2^-16.

suppressMessages(library(urca))
RNGkind("Mersenne-Twister", "Inversion")
set.seed(20260318)

grid <- function(x) round(x * 65536) / 65536
walk <- function(n, drift = 0) cumsum(rnorm(n) + drift)
ar <- function(n, phi) as.numeric(stats::filter(rnorm(n), phi, method = "recursive"))

n <- 220
x <- walk(n, 0.1) + 40
z <- walk(n)
systems <- list(
  "one relation" = cbind(1.5 * x + 3 + ar(n, 0.6), x),
  "none" = cbind(walk(n), walk(n, 0.2)),
  "bounce" = cbind(walk(n) + 2 * rnorm(n), walk(n) + 2 * rnorm(n)),
  "three" = cbind(0.7 * x - 1.2 * z + ar(n, 0.5), x, z)
)

by_definition <- function(data, case, lags) {
  data <- as.matrix(data)
  n <- nrow(data)
  steps <- diff(data)
  rows <- (lags + 1):(n - 1)
  level <- data[rows, , drop = FALSE]
  outside <- NULL
  if (case %in% c("constant", "restricted-trend", "trend")) outside <- cbind(outside, rep(1, length(rows)))
  if (case == "trend") outside <- cbind(outside, rows)
  if (case == "restricted-constant") level <- cbind(level, 1)
  if (case == "restricted-trend") level <- cbind(level, rows)
  for (lag in seq_len(lags)) outside <- cbind(outside, steps[rows - lag, , drop = FALSE])
  target <- steps[rows, , drop = FALSE]
  if (!is.null(outside)) {
    target <- lm.fit(outside, target)$residuals
    level <- lm.fit(outside, level)$residuals
  }
  rho <- cancor(target, level, xcenter = FALSE, ycenter = FALSE)$cor[seq_len(ncol(data))]
  list(eigenvalues = rho^2, trace = rev(cumsum(rev(-length(rows) * log(1 - rho^2)))))
}

by_urca <- function(data, case, lags) {
  ecdet <- c("restricted-constant" = "const", "constant" = "none", "restricted-trend" = "trend", "trend" = "none")[[case]]
  trend <- if (case == "trend") matrix(seq_len(nrow(data)), dimnames = list(NULL, "trend")) else NULL
  test <- function(type) {
    suppressWarnings(ca.jo(as.data.frame(data), type = type, ecdet = ecdet, K = lags + 1, spec = "transitory", dumvar = trend))
  }
  trace <- test("trace")
  eigen <- test("eigen")
  p <- ncol(data)
  list(
    eigenvalues = trace@lambda[seq_len(p)], trace = rev(trace@teststat), maxEigen = rev(eigen@teststat),
    first = trace@V[, 1],
    osterwaldLenum = if (case == "trend") NULL else list(trace = unname(trace@cval), maxEigen = unname(eigen@cval))
  )
}

json <- function(value) {
  if (is.null(value)) return("null")
  if (is.list(value)) {
    parts <- vapply(value, json, "")
    if (is.null(names(value))) return(paste0("[", paste(parts, collapse = ","), "]"))
    return(paste0("{", paste0("\"", names(value), "\":", parts, collapse = ","), "}"))
  }
  if (is.matrix(value)) return(json(lapply(seq_len(nrow(value)), function(i) value[i, ])))
  if (is.character(value)) return(paste0("\"", value, "\""))
  numbers <- formatC(unname(value), digits = 17, format = "g")
  if (length(numbers) == 1) return(trimws(numbers))
  paste0("[", paste(trimws(numbers), collapse = ","), "]")
}

cases <- c("none", "restricted-constant", "constant", "restricted-trend", "trend")
systems <- lapply(systems, function(data) unname(grid(data)))
answers <- lapply(names(systems), function(name) {
  data <- systems[[name]]
  tests <- list()
  for (case in cases) for (lags in c(0, 1, 3)) {
    found <- c(list(terms = case, lags = lags), by_definition(data, case, lags))
    if (lags > 0 && case != "none") {
      urca <- by_urca(data, case, lags)
      stopifnot(max(abs(urca$eigenvalues - found$eigenvalues)) < 1e-9)
      found <- c(list(terms = case, lags = lags), urca)
    }
    tests <- c(tests, list(found))
  }
  list(name = name, series = lapply(seq_len(ncol(data)), function(j) data[, j]), tests = tests)
})
cat(json(answers), "\n", file = "test/golden/johansen_urca.json", sep = "")
