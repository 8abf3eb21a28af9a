"""The project's tables as typed, validated pandas frames, each column with unit, source and licence.

Everything said about a column is read from its one declaration in ``data/datapackage.json``.
"""

from symbiosis.tables.declared import PACKAGES as PACKAGES
from symbiosis.tables.declared import RESTORE as RESTORE
from symbiosis.tables.declared import Column as Column
from symbiosis.tables.declared import TableError as TableError
from symbiosis.tables.declared import column as column
from symbiosis.tables.declared import describe as describe
from symbiosis.tables.declared import folder as folder
from symbiosis.tables.declared import key as key
from symbiosis.tables.declared import label as label
from symbiosis.tables.declared import names as names
from symbiosis.tables.declared import source_line as source_line
from symbiosis.tables.fingerprints import fingerprint as fingerprint
from symbiosis.tables.outlines import Ring as Ring
from symbiosis.tables.outlines import shapes as shapes
from symbiosis.tables.reading import load as load
