"""The parameters of the integrated economy in four groups, each declared once.

A group is a model of its own without methods; the economy joins them.
"""

from __future__ import annotations

from symbiosis.parameters import (
    BELOW_ONE,
    FRACTION,
    NON_NEGATIVE,
    OPEN_FRACTION,
    POSITIVE,
    POSITIVE_FRACTION,
    Model,
    Values,
    model,
    parameter,
)

_OURS = "assumption"
_CAL = "calibrated; the default is a starting value"
_CHOICE = "choice of the state"
_CHOICE_OURS = "choice of the experiment"


@model
class Calibrated(Model):
    """What is chosen, for every draw of the rest, so that the model repeats China from 2000 to 2012 if it can."""

    # fmt: off
    growth_start: Values = parameter(default=0.06, label="Growth of industry, 2000", range=(0.0, 0.2, 0.005),
        unit="per year", display=".1%", source=_CAL, meaning="Growth of total factor productivity in industry in 2000.")
    farm_growth: Values = parameter(default=0.04, label="Growth of farm productivity", range=(-0.05, 0.12, 0.005),
        unit="per year", display=".1%", source=_CAL, meaning="Growth of farm output at constant land and labour.")
    farm_productivity: Values = parameter(default=1.1, label="Farm productivity, 2000", range=(0.1, 20.0, 0.05),
        unit="food units", domain=POSITIVE, display=".2f", source=_CAL,
        meaning="Farm output from one unit of land and labour each.")
    food_level: Values = parameter(default=0.2, label="Food beyond the need", range=(0.01, 0.8, 0.005),
        domain=POSITIVE, display=".3f", source=_CAL,
        meaning="Share of the money beyond the need spent on food by who has one unit of it, at a price of one.")
    village_wage: Values = parameter(default=0.42, label="Non-farm wage in villages", range=(0.02, 2.0, 0.01),
        domain=POSITIVE, display=".2f", source=_CAL,
        meaning="Wage of non-farm work in villages, relative to the towns of the region in 2000.")
    village_attachment: Values = parameter(default=0.0, label="Attachment to the village", range=(-3.0, 6.0, 0.1),
        unit="log utility", display=".1f", source=_CAL,
        meaning="What keeps people in their village besides income and services.")
    young_movers: Values = parameter(default=0.05, label="Young adults who reconsider", range=(0.02, 0.3, 0.01),
        unit="per year", domain=FRACTION, display=".0%", source=_CAL,
        meaning="Share of people aged 15 to 39 who choose their place anew in a year.")
    city_pull: Values = parameter(default=0.1, label="Pull of cities over towns", range=(-4.0, 4.0, 0.1),
        unit="log utility", display=".1f", source=_CAL,
        meaning="What draws people to cities rather than towns besides income and services.")
    region_cost: Values = parameter(default=1.0, label="Cost of leaving the region", range=(-4.0, 10.0, 0.1),
        unit="log utility", display=".1f", source=_CAL,
        meaning="Utility forgone by those who live outside their region of registration.")
    conversion: Values = parameter(default=0.055, label="Migrants registered where they live", range=(0.0, 0.3, 0.005),
        unit="per year", domain=FRACTION, display=".1%", source=_CAL,
        meaning="Share of rural-registered people in cities and towns who become registered there each year.")
    # fmt: on


@model
class Uncertain(Model):
    """What is drawn from its bounds: nobody knows it better."""

    # fmt: off
    growth_end: Values = parameter(default=0.012, label="Long-run growth", range=(0.0, 0.025, 0.001), unit="per year",
        display=".1%", source=_OURS, meaning="Growth of total factor productivity in industry in the long run.")
    growth_fade: Values = parameter(default=15.0, label="Years over which growth slows", range=(6.0, 30.0, 1.0),
        unit="years", domain=POSITIVE, display=".0f", source=_OURS,
        meaning="After this many years the excess over long-run growth has fallen to 37 percent.")
    services_gap: Values = parameter(default=0.015, label="Services grow slower", range=(0.0, 0.03, 0.001),
        unit="per year", display=".1%", source=_OURS,
        meaning="How much slower productivity grows in services than in industry.")
    modern_elasticity: Values = parameter(default=0.5, label="Industry against services", range=(0.1, 0.95, 0.05),
        domain=NON_NEGATIVE, display=".2f", meaning="Elasticity of substitution between industrial goods and services.",
        source="Ngai and Pissarides 2007 for the form; the bounds are an assumption")
    agglomeration: Values = parameter(default=0.05, label="Agglomeration", range=(0.0, 0.12, 0.01), domain=NON_NEGATIVE,
        display=".2f", source="assumption; most estimates lie between 0.02 and 0.1",
        meaning="Percent higher output per worker in a city with one percent more workers.")
    town_agglomeration: Values = parameter(default=0.5, label="Agglomeration of towns, of that of cities",
        range=(0.0, 1.0, 0.1), domain=NON_NEGATIVE, display=".1f", source=_OURS,
        meaning="Agglomeration in towns as a fraction of that in cities.")
    congestion: Values = parameter(default=0.15, label="Congestion", range=(0.0, 0.4, 0.05), domain=NON_NEGATIVE,
        display=".2f", source=_OURS,
        meaning="Percent lower utility in a city with one percent more people, besides rent.")
    town_congestion: Values = parameter(default=0.5, label="Congestion of towns, of that of cities",
        range=(0.0, 1.0, 0.1), domain=NON_NEGATIVE, display=".1f", source=_OURS,
        meaning="Congestion in towns as a fraction of that in cities.")
    housing_share: Values = parameter(default=0.2, label="Spending on housing", range=(0.1, 0.35, 0.01),
        domain=BELOW_ONE, display=".0%", source=_OURS, meaning="Share of urban wages that is spent on housing.")
    housing_supply: Values = parameter(default=1.5, label="Supply of housing", range=(0.3, 4.0, 0.1),
        domain=NON_NEGATIVE, display=".1f", source=_OURS,
        meaning="Percent more housing where rents are one percent higher.")
    capital_share: Values = parameter(default=0.45, label="Weight of capital", range=(0.35, 0.55, 0.01),
        domain=BELOW_ONE, display=".0%", source=_OURS,
        meaning="Elasticity of non-farm output with respect to capital, and share of profits after tax.")
    reinvested: Values = parameter(default=0.85, label="Profits that are invested", range=(0.6, 1.0, 0.05),
        domain=FRACTION, display=".0%", source=_OURS,
        meaning="Share of profits that buys capital; the rest is paid out to people of urban registration.")
    capital_output: Values = parameter(default=1.8, label="Capital over output, 2000", range=(1.2, 2.4, 0.1),
        unit="years", domain=POSITIVE, display=".1f", source=_OURS, meaning="Non-farm capital in years of output.")
    depreciation: Values = parameter(default=0.07, label="Capital that wears out", range=(0.05, 0.1, 0.005),
        unit="per year", domain=FRACTION, display=".1%", source=_OURS, meaning="Share of capital lost in a year.")
    trade_elasticity: Values = parameter(default=5.0, label="Trade elasticity", range=(3.0, 8.0, 0.5),
        domain=POSITIVE, display=".1f", source="Arkolakis, Costinot and Rodriguez-Clare 2012 for form and bounds",
        meaning="Percent less import where imports cost one percent more; the larger, the less trade is worth.")
    land_share: Values = parameter(default=0.4, label="Weight of land in farming", range=(0.25, 0.55, 0.01),
        domain=OPEN_FRACTION, display=".2f", source=_OURS, meaning="Elasticity of farm output with respect to land.")
    family_sharing: Values = parameter(default=0.5, label="Sharing within farm families", range=(0.0, 1.0, 0.1),
        domain=FRACTION, display=".1f", source=_OURS,
        meaning="Part of the land's product shared among those who work it, as in Lewis 1954, not paid as rent.")
    market_reach: Values = parameter(default=0.2, label="Cities lift village wages", range=(0.0, 0.5, 0.05),
        domain=NON_NEGATIVE, display=".2f", source=_OURS,
        meaning="Percent higher village wage, relative to towns, where the urban share is one percent higher.")
    scarcity: Values = parameter(default=0.2, label="Fewer villagers earn more", range=(0.0, 0.5, 0.05), display=".2f",
        domain=NON_NEGATIVE, source=_OURS,
        meaning="Percent higher village wage, relative to towns, where one percent fewer villagers can work.")
    old_farm_work: Values = parameter(default=0.3, label="Farm work of the old", range=(0.0, 0.6, 0.05),
        domain=NON_NEGATIVE, display=".1f", source=_OURS,
        meaning="Farm work of a villager of 60 or older, relative to a younger adult.")
    subsistence: Values = parameter(default=0.3, label="Subsistence need of food", range=(0.1, 0.45, 0.05),
        unit="food units", domain=NON_NEGATIVE, display=".2f", source=_OURS,
        meaning="Food that everybody needs first; farm output per person was about 1 in 2000.")
    engel: Values = parameter(default=0.6, label="Food share falls with income", range=(0.4, 0.8, 0.05),
        domain=FRACTION, display=".2f", source="Boppart 2014 for the form; the bounds are an assumption",
        meaning="Percent lower share of food, beyond the need, for a person with one percent more money.")
    food_price_effect: Values = parameter(default=0.5, label="Food share rises with its price", range=(0.2, 0.8, 0.05),
        domain=FRACTION, display=".2f", source="Boppart 2014 for the form; the bounds are an assumption",
        meaning="Percent higher share of food, beyond the need, where food is one percent dearer.")
    food_imports: Values = parameter(default=0.05, label="Food imported", range=(0.0, 0.2, 0.01), domain=BELOW_ONE,
        display=".0%", source=_OURS, meaning="Share of food that is imported, paid with non-farm goods.")
    response: Values = parameter(default=1.5, label="Response to utility", range=(0.5, 3.0, 0.1), domain=POSITIVE,
        display=".1f", source="Tombe and Zhu 2019 for the form; the bounds are an assumption",
        meaning="How strongly movers follow utility: high where tastes for places hardly differ.")
    older_movers: Values = parameter(default=0.25, label="Older workers who reconsider, of young",
        range=(0.1, 0.4, 0.05), domain=FRACTION, display=".0%", source=_OURS,
        meaning="Share of people aged 40 to 59 who choose their place anew in a year, against that of the young.")
    drift: Values = parameter(default=0.06, label="Unexplained drift to the city", range=(0.0, 0.15, 0.01),
        unit="log utility per year", display=".3f", source=_OURS,
        meaning="What draws people from villages more every year and no table measures; changed rules are in it too.")
    return_rate: Values = parameter(default=0.08, label="Old migrants who return", range=(0.0, 0.2, 0.01),
        unit="per year", domain=FRACTION, display=".0%", source=_OURS,
        meaning="Share of rural-registered people of 60 and older in cities and towns who go home in a year.")
    hukou_barrier: Values = parameter(default=0.5, label="Barriers without registration", range=(0.0, 1.0, 0.1),
        unit="log utility", display=".1f", source=_OURS,
        meaning="Utility forgone in a city or town without its registration, besides services.")
    left_behind: Values = parameter(default=0.5, label="Children left behind", range=(0.2, 0.8, 0.05), domain=FRACTION,
        display=".0%", source=_OURS,
        meaning="Share of the children of rural-registered migrants who grow up in the home village.")
    remittances: Values = parameter(default=0.15, label="Remittances", range=(0.0, 0.35, 0.01), domain=BELOW_ONE,
        display=".0%", source=_OURS,
        meaning="Share of wages that rural-registered workers in cities and towns send home.")
    land_portability: Values = parameter(default=0.5, label="Land rights of those who leave", range=(0.0, 1.0, 0.1),
        domain=FRACTION, display=".0%", source=_OURS,
        meaning="Land rent of an absent holder of rural land rights, relative to one who stayed.")
    reclassification: Values = parameter(default=0.004, label="Villages that become towns", range=(0.0, 0.01, 0.001),
        unit="per year", domain=FRACTION, display=".1%", source=_OURS,
        meaning="Share of villagers whose village becomes part of a town in a year.")
    tax_rate: Values = parameter(default=0.22, label="Taxes", range=(0.15, 0.3, 0.01), domain=BELOW_ONE, display=".0%",
        source=_OURS, meaning="Share of non-farm output that is taxed for public services.")
    land_finance: Values = parameter(default=0.3, label="Land finance", range=(0.0, 0.6, 0.05), domain=FRACTION,
        display=".0%", source=_OURS, meaning="Share of housing payments that goes to the local government.")
    central_share: Values = parameter(default=0.5, label="Taxes pooled by the centre", range=(0.2, 0.8, 0.05),
        domain=FRACTION, display=".0%", source=_OURS,
        meaning="Share of taxes that the centre pools and gives out per resident.")
    village_weight: Values = parameter(default=0.5, label="Villagers' weight in the pool", range=(0.2, 1.0, 0.05),
        domain=POSITIVE, display=".0%", source=_OURS,
        meaning="Pooled money per villager, relative to a resident of a city or town.")
    entitlement: Values = parameter(default=0.4, label="Migrants' access to services", range=(0.1, 0.8, 0.05),
        domain=POSITIVE_FRACTION, display=".0%", source=_OURS,
        meaning="Services open to a person without local registration, relative to a registered one.")
    service_weight: Values = parameter(default=0.2, label="Weight of public services", range=(0.05, 0.5, 0.05),
        domain=NON_NEGATIVE, display=".2f", source=_OURS,
        meaning="Percent higher utility where services per person are one percent higher.")
    schooling_effect: Values = parameter(default=0.15, label="Services in childhood make skill", range=(0.0, 0.3, 0.05),
        domain=NON_NEGATIVE, display=".2f", source=_OURS,
        meaning="Percent higher skill where services in childhood were one percent better.")
    farm_investment_effect: Values = parameter(default=0.15, label="Return on public farm investment",
        range=(0.0, 0.3, 0.05), domain=NON_NEGATIVE, display=".2f", source=_OURS,
        meaning="Percent more farm output where one plus public farm capital, in years of output, is 1 percent more.")
    citizen_cost: Values = parameter(default=2.0, label="Public cost of a new citizen", range=(0.5, 5.0, 0.5),
        unit="yearly wages", domain=POSITIVE, display=".1f", source=_OURS,
        meaning="What registering one more migrant costs the public once, in average yearly city wages.")
    farm_tax: Values = parameter(default=0.07, label="Taxes of farmers, 2000", range=(0.04, 0.1, 0.01),
        domain=BELOW_ONE, display=".0%", source="assumption around the legal 8.4 percent; abolished in 2006",
        meaning="Share of farm output paid in taxes and fees until 2003; none from 2006 on.")
    village_transfers: Values = parameter(default=0.05, label="Taxes paid to villagers", range=(0.02, 0.08, 0.01),
        domain=FRACTION, display=".0%", source=_OURS,
        meaning="Share of taxes paid to villagers in cash (subsidies, pensions) from 2015 on; none until 2005.")
    schooling_return: Values = parameter(default=0.08, label="Return to a year of school", range=(0.04, 0.12, 0.01),
        domain=NON_NEGATIVE, display=".0%", source=_OURS, meaning="Percent more skill with one more year of schooling.")
    home_weight: Values = parameter(default=0.4, label="Weight of good homes", range=(0.0, 1.0, 0.1),
        unit="log utility", domain=NON_NEGATIVE, display=".1f", source=_OURS,
        meaning="Utility of a home with tap water, toilet and bath rather than one without any of them.")
    rural_fertility: Values = parameter(default=1.3, label="Births of the rural-registered", range=(1.0, 1.6, 0.1),
        domain=POSITIVE, display=".1f", source=_OURS,
        meaning="Births per person of rural registration, against the urban-registered of the same age.")
    fertility_2050: Values = parameter(default=1.0, label="Births in 2050", range=(0.7, 1.4, 0.1), domain=POSITIVE,
        display=".1f", source=_OURS, meaning="Births per person of childbearing age in 2050, against 2024.")
    mortality_decline: Values = parameter(default=0.015, label="Mortality falls", range=(0.005, 0.025, 0.001),
        unit="per year", display=".1%", source=_OURS, meaning="How fast mortality falls at every age after 2024.")
    inland_wage: Values = parameter(default=0.7, label="Wages inland", range=(0.5, 0.9, 0.01), domain=POSITIVE,
        display=".2f", source=_OURS, meaning="Productivity of inland cities and towns relative to the coast's in 2000.")
    town_wage: Values = parameter(default=0.75, label="Wages in towns", range=(0.5, 0.95, 0.01), domain=POSITIVE,
        display=".2f", source=_OURS, meaning="Productivity of towns relative to cities in 2000.")
    # fmt: on


@model
class Scenario(Model):
    """What is asked of the model besides policy."""

    # fmt: off
    drift_continues: Values = parameter(default=0.0, label="Drift after 2025", range=(0.0, 1.0, 1.0), domain=FRACTION,
        display=".0%", source=_CHOICE_OURS, meaning="Part of the drift that goes on after 2025: none, or all of it.")
    inland_shock: Values = parameter(default=0.0, label="Fall of inland productivity", range=(-0.3, 0.3, 0.01),
        unit="logs", display=".2f", source=_CHOICE_OURS,
        meaning="Lasting change of productivity in inland cities and towns that comes from 2013 to 2016.")
    # fmt: on


@model
class Policy(Model):
    """What a state may do from 2025 on."""

    # fmt: off
    levy: Values = parameter(default=0.0, label="Money for the policy", range=(0.0, 0.08, 0.005), domain=BELOW_ONE,
        display=".1%", source=_CHOICE,
        meaning="Share of non-farm output levied for the policy; what no purpose gets is given back per person.")
    to_migrants: Values = parameter(default=0.0, label="of it, services for migrants", range=(0.0, 1.0, 0.1),
        domain=FRACTION, display=".0%", source=_CHOICE,
        meaning="Share of the levy spent on services for people without local registration.")
    to_new_citizens: Values = parameter(default=0.0, label="of it, registering migrants", range=(0.0, 1.0, 0.1),
        domain=FRACTION, display=".0%", source=_CHOICE,
        meaning="Share of the levy spent on registering migrants where they live.")
    to_village_services: Values = parameter(default=0.0, label="of it, village services", range=(0.0, 1.0, 0.1),
        domain=FRACTION, display=".0%", source=_CHOICE, meaning="Share of the levy spent on services in villages.")
    to_farm_investment: Values = parameter(default=0.0, label="of it, farm investment", range=(0.0, 1.0, 0.1),
        domain=FRACTION, display=".0%", source=_CHOICE, meaning="Share of the levy invested in farming.")
    to_villagers: Values = parameter(default=0.0, label="of it, cash for villagers", range=(0.0, 1.0, 0.1),
        domain=FRACTION, display=".0%", source=_CHOICE,
        meaning="Share of the levy paid to people who live in villages.")
    added_barrier: Values = parameter(default=0.0, label="Barrier added around cities", range=(-1.0, 2.0, 0.1),
        unit="log utility", display=".1f", source=_CHOICE,
        meaning="Utility forgone by people without local registration in cities and towns, above the usual.")
    # fmt: on


CALIBRATED, UNCERTAIN = Calibrated.parameters(), Uncertain.parameters()
SCENARIO, POLICY = Scenario.parameters(), Policy.parameters()
PURPOSES = tuple(p.name for p in POLICY if p.name.startswith("to_"))
"""What the levy may be spent on."""
POLICY_START = 2025
"""First year of a policy."""
