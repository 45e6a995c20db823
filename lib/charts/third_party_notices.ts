/** Third-party code in the page, with its licence notices. */
export const THIRD_PARTY_NOTICES = `Third-party notices for the interactive charts

1. TradingView Lightweight Charts, Apache License 2.0
   TradingView Lightweight Charts
   Copyright (c) 2023 TradingView, Inc. https://www.tradingview.com/
   Licensed under the Apache License, Version 2.0; you may not use it except in compliance with the
   License. You may obtain a copy at https://www.apache.org/licenses/LICENSE-2.0
   Unless required by applicable law or agreed to in writing, software distributed under the License is
   distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or
   implied. See the License for the specific language governing permissions and limitations.
   Holds parts of tslib, (c) Microsoft Corporation, BSD Zero Clause License.

2. Observable Plot, Copyright 2020-2025 Observable, Inc.; D3 modules and internmap, Copyright 2010-2026
   Mike Bostock; d3-delaunay, Copyright 2018-2026 Observable, Inc., Copyright 2021 Mapbox; isoformat,
   Copyright 2021 Mike Bostock; delaunator, Copyright (c) 2026, Mapbox. ISC License:
   Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee
   is hereby granted, provided that the above copyright notice and this permission notice appear in all
   copies.
   THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE
   INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE
   FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM
   LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
   ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.

3. fancy-canvas, by its authors at TradingView; interval-tree-1d, Copyright (c) 2013 Mikola
   Lysenko; binary-search-bounds, Copyright (c) 2013-2015 Mikola Lysenko; d3-geo in part, Copyright
   2008-2012 Charles Karney. MIT License:
   Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
   associated documentation files (the "Software"), to deal in the Software without restriction,
   including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
   and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
   subject to the following conditions:
   The above copyright notice and this permission notice shall be included in all copies or substantial
   portions of the Software.
   THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
   LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
   NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
   WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
   SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

4. robust-predicates: public domain (Unlicense). Colour schemes of d3-scale-chromatic, where present:
   Copyright 2002 Cynthia Brewer, Mark Harrower, and The Pennsylvania State University, Apache License 2.0.
`;
