"""python -m tools.editions.site: build the browser edition."""

from tools.editions.site.build import main

raise SystemExit(main())
