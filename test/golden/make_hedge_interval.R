# Writes hedge_interval.json: regressions with first-order autoregressive errors by restricted likelihood.
#
#   Rscript test/golden/make_hedge_interval.R
#
# Made with R 4.2.2 and nlme 3.1-162: gls with corAR1 and method "REML", with and without gaps in time. It gives
# the phi of the largest likelihood and beta there; hedgeInterval averages beta over phi, which the test does by
# brute force.

suppressMessages(library(nlme))
RNGkind("Mersenne-Twister", "Inversion")
set.seed(20260319)
grid <- function(x) round(x * 65536) / 65536
cases <- lapply(c(0.6, 0.9, 0.97), function(phi) {
  n <- 150
  x <- grid(cumsum(rnorm(n)) + 50)
  y <- grid(1.5 * x + 3 + as.numeric(stats::filter(rnorm(n), phi, method = "recursive")))
  rows <- if (phi == 0.9) setdiff(seq_len(n), c(20, 60:64, 100)) else seq_len(n)
  data <- data.frame(x = x[rows], y = y[rows], t = rows)
  fit <- gls(y ~ x, data, corAR1(form = ~t), method = "REML", control = glsControl(tolerance = 1e-12, msTol = 1e-14))
  found <- coef(fit$modelStruct$corStruct, unconstrained = FALSE)[[1]]
  list(x = x, y = y, rows = rows - 1, phi = found, beta = coef(fit)[[2]], se = sqrt(vcov(fit)[2, 2]))
})
number <- function(v) paste0("[", paste(trimws(formatC(v, digits = 17, format = "g")), collapse = ","), "]")
parts <- vapply(cases, function(case) {
  paste0("{", paste0("\"", names(case), "\":", vapply(case, function(v) if (length(v) == 1) gsub("[][]", "", number(v)) else number(v), ""), collapse = ","), "}")
}, "")
cat("[", paste(parts, collapse = ","), "]\n", file = "test/golden/hedge_interval.json", sep = "")
