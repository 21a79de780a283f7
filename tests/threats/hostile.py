"""Texts by which somebody might try to have code run, or to break out of a form of output."""

# ruff: noqa: E501

from __future__ import annotations

CODE = [
    "__import__('os').system('id')", '__import__("os").getpid()', "eval('1')", "exec('import os')",
    "().__class__.__bases__[0].__subclasses__()", "os.system('id')", "open('/etc/passwd').read()",
    "lambda: 0", "[x for x in ()]", "{{7*7}}", "${7*7}", "`id`", "$(id)", "%(x)s", "{0.__class__}", "f'{1}'",
    "import os", "compile('1','','eval')", "globals()", "breakpoint()", "print(1)", "S('1')", "sympify",
    "Symbol('x')", "lambdify", "parse_expr", "\\input{/etc/passwd}", "\\write18{id}", "!!python/object",
    "cos\nsystem\n(S'id'\ntR.", "@import url(x)", "<?php 1 ?>", "; rm -rf x", "| id", "a.__globals__",
    "__builtins__", "__class__", "__subclasses__()", "x := 1", "yield", "await x", "*x", "**x", "a if b else c",
]  # fmt: skip

# For strings: no double quote and no line end can stand in them.
MARKUP = [
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "</svg><script>1</script>",
    "</text><script>1</script>", "<foreignObject><body onload=alert(1)>", "]]><script>1</script>",
    "<!--", "-->", "--!><script>1</script>", "<![CDATA[", "<?xml-stylesheet href='x'?>", "<!DOCTYPE x>",
    "&lt;script&gt;", "&#60;script&#62;", "&amp;", "&", "'onmouseover='alert(1)", "' onload='x",
    "javascript:alert(1)", "[x](javascript:alert(1))", "![x](data:text/html,1)", "<javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>", "<style>*{color:red}</style>", "<iframe src=x>", "<base href=x>",
    "<details open ontoggle=alert(1)>", "<math><mtext><script>1</script></mtext></math>", "</caption><b>",
    "</td></tr></table><b>", "</code><b>", "</title><b>", "| x | <b> |", "**x**", "`x` <b>", "``<b>``", "\\<b>",
    "\\`<b>\\`", "$<img src=x onerror=1>%$", "$\\unicode{<img>}$", "$$x$$", "~~x~~", "# x", "- x", "1. x", "> x",
    "***", "---", "[x]: y", "[^1]", ":::{include} x", "{include}`x`", "{% raw %}", "{{ x }}", "<%= 1 %>",
    "\\href{javascript:alert(1)}{x}", "\\input{/etc/passwd}", "\\write18{id}", "\\end{tabular}\\immediate",
    "\\\\", "\\", "%x", "a & b", "a_b^c~d#e", "{", "}", "}{", "\\catcode`\\{=1", "^^5cinput", "\\begin{x}",
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK('x')", "a,b", "a;b", "''", "' =1",
    "end", "click n1 callback", "]:::x", "]; click A href javascript:1", "#quot;] --> x", "%%{init: {}}%%",
    "n1 --> n2", "<br/><script>", "subgraph x", "graph TD", "style n1 fill:#f00", "#lt;script#gt;",
    "é\u00a0😀 × → Ω", "x" * 500, " ", "", "null", "true", "{'a': 1}", "\\u003cscript\\u003e", "\\x3c", "%3Cscript%3E",
    # more of elements and attributes
    "<img src=x:x onerror=1//", "<svg/onload=alert(1)//", "<a/href=javascript:1>", "<body background=javascript:1>",
    "<input autofocus onfocus=1>", "<video><source onerror=1>", "<audio src onloadstart=1>", "<marquee onstart=1>",
    "<object data=data:text/html,1>", "<embed src=x>", "<meta http-equiv=refresh content=0>", "<link rel=import href=x>",
    "<form action=javascript:1><button>", "<isindex action=x>", "<table background=x>", "<noscript><p title=</noscript>",
    "<template><script>1</script></template>", "<plaintext>", "<xmp><script>", "<textarea></textarea><script>",
    "<title></title><script>", "<style></style><script>", "<!--><script>1</script>", "<!-- --!><b>", "<!-->", "<![if IE]>",
    "<?php echo 1 ?>", "<?import x?>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "<!ELEMENT x ANY>", "&x;", "&#x3c;b&#x3e;",
    "&#0;", "&#xD800;", "&lt", "&ampamp;", "&nbsp;", "&NewLine;", "<use href=data:image/svg+xml,x>", "<animate onbegin=1>",
    "<set attributeName=onload to=1>", "<image href=x>", "<a xlink:href=javascript:1>", "<style>@import 'x'</style>",
    "url(javascript:1)", "expression(1)", "</style><b>", "</defs></svg>", "</desc><b>", "</g></g>",
    # of Markdown, Mermaid, TeX, tables and programs
    "[x][y]", "[x]( javascript:1)", "![][x]", "<http://x onload=1>", "<x@y.z>", "~~~", "```", "    x", "| --- |", "\\| x",
    "* * *", "+ x", "=== x", "<br>", "a<br/>b", "x --- y", "x -.-> y", "x ==> y", "x & y --> z", "x@{ shape: circle }",
    "linkStyle 0 stroke:red", "classDef x fill:red", "accTitle: x", "direction LR", "\\def\\x{}", "\\csname x\\endcsname",
    "\\openout1=x", "\\newcommand{\\x}{y}", "$\\href{x}{y}$", "\\(x\\)", "\\[x\\]", "&&\\\\", "#1", "^^M", "\\verb|x|",
    "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@x", "=1+1", "\uff1d1+1", "'=1", "'; DROP TABLE x; --", "';1;'",
    "%s%n", "{0}", "$PATH", "~root", "../../x", "C:\\x", "\\\\host\\x", "file:///etc/passwd", "NaN", "-0", "1e999", "undefined",
]  # fmt: skip
