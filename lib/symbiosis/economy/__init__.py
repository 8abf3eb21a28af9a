"""City and countryside in one economy: farming, industry and services, people and their registration, 2000 to 2050."""
