"""Filters of webassets that cannot be steps: why, and what does their work.

Each was tried on code of today. Refused is what does not run any more, and what changes the meaning of a file without
a word; filters that fail with a message on what they do not know, such as ``libsass`` on ``@use``, stay.
"""

from __future__ import annotations

NEEDLESS = "leave it out: URLs are rewritten in every stylesheet anyway, for the place where it ends up"
MINIFY = 'use "minify"'
PREFIX = 'use "postcss" with the plug-in autoprefixer'
SASS = 'use "sass"'

REFUSED: dict[str, tuple[str, str]] = {
    "autoprefixer": ("calls a program that Autoprefixer no longer has since version 6", PREFIX),
    "clevercss": ("needs Python 2", SASS),
    "compass": ("needs Ruby Sass, which was given up in 2019", SASS),
    "cssmin": ("breaks calc(1px + 2px) and '@supports not (…)'", MINIFY),
    "cssprefixer": ("needs Python 2", PREFIX),
    "cssrewrite": ("cannot be a step", NEEDLESS),
    "css_slimmer": ("needs a package that can no longer be installed", MINIFY),
    "cssutils": ("leaves out what it does not know: @layer, @container, :is(), custom properties", MINIFY),
    "jsmin": ("cuts scripts off at '//' in template literals", MINIFY),
    "jspacker": ("puts scripts into eval(), which breaks modules and content security policies", MINIFY),
    "less_ruby": ("needs Less in Ruby, which was given up in 2014", 'use "less"'),
    "node-sass": ("needs node-sass, which was given up and does not build with today's Node", SASS),
    "node-scss": ("needs node-sass, which was given up and does not build with today's Node", SASS),
    "pyscss": ("fails on @layer, min() and rgb(0 0 0 / 50%), and was given up", SASS),
    "sass_ruby": ("needs Ruby Sass, which was given up in 2019", SASS),
    "scss_ruby": ("needs Ruby Sass, which was given up in 2019", SASS),
    "slimit": ("needs Python 2, and knows no ES2015", MINIFY),
    "spritemapper": ("cannot be a step", "it writes images into the source folder; make the sprites before the build"),
    "yui_css": ("breaks calc(1px + 2px) and '@supports not (…)'", MINIFY),
    "yui_js": ("knows no ES2015", MINIFY),
}
"""What is wrong with each, and what to do instead."""
