"""Settings of Sphinx. It asks for nothing outside: no execution, no intersphinx, mathematics from a file beside."""

from pathlib import Path

from pybtex.plugin import register_plugin
from sphinxcontrib.bibtex.plugin import register_plugin as register_citing

import symbiosis
from tools.editions.book.styles import Bibliography, Citing, Labels

register_plugin("pybtex.style.labels", "symbiosis", Labels)
register_plugin("pybtex.style.formatting", "symbiosis", Bibliography)
register_citing("sphinxcontrib.bibtex.style.referencing", "symbiosis", Citing)

project = "Symbiosis"
author = "The Symbiosis developers"
copyright = "The Symbiosis developers; text and figures CC BY 4.0, code MIT"
version = release = symbiosis.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinxcontrib.bibtex",
    "tools.editions.book.extension",
]
root_doc = "index"
default_role = "code"

nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_code_prompt_show = "Code"
nb_code_prompt_hide = "Hide the code"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
myst_dmath_double_inline = True
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header", "bibtex.missing_field"]

# The file is put there by the build; Sphinx's own default is an address outside.
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}, "svg": {"fontCache": "local"}}

bibtex_bibfiles = [str(Path(symbiosis.__file__).parent / "lesson" / "references.bib")]
bibtex_reference_style = "symbiosis"
bibtex_default_style = "symbiosis"

add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
# Nobody writes types in comments here; looking for them takes a fifth of the time.
autodoc_use_type_comments = False
autodoc_mock_imports = ["dask", "distributed", "pyarrow", "SALib", "sklearn", "tqdm", "threadpoolctl"]
autodoc_default_options = {"exclude-members": "__init__,__new__"}

html_theme = "pydata_sphinx_theme"
html_title = "Symbiosis"
html_css_files = ["symbiosis-colours.css", "frames.css", "book.css"]
html_js_files = [("frames.js", {"defer": "defer"}), ("book.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_permalinks_icon = "#"
html_sidebars = {page: [] for page in ("index", "docs/*", "works", "search", "genindex", "py-modindex")}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "Symbiosis"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "show_toc_level": 1,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "back_to_top_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
