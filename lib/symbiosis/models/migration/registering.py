"""Stay, move, or register: three choices of a rural person whose family holds land, and what a better harvest does.

Who stays earns V_1 = r (f + l), the farm and the rent of the land, where r is the harvest beside today's. Who moves
without registering earns V_2 = (1 - tau) c + r l: the city's income less the hukou cost, and the rent. Who registers
earns V_3 = (1 - phi(r)) c + theta r l: less the cost of registering, and the part theta of the rent that the law lets
them keep. With tastes (logit_migration) a share V_j^k over the sum of the V^k chooses j.

phi(r) = phi r^(-lambda): where registering takes cash in advance, a better harvest makes it easier to pay (liquidity,
as in the cash for the bus of Bryan, Chowdhury and Mobarak 2014). Without that channel, lambda = 0, and with the hukou
cost at least the cost of registering, a better harvest raises V_3 by the least percentage of the three, so fewer
register, whatever the numbers. Where registering is the dearer of the two, as it must be for few to register, the sign
is open even so, if the land is kept.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from symbiosis.checks import FloatArray, fraction_array
from symbiosis.models.equilibrium import refuse
from symbiosis.models.migration.logit_migration import choice_shares
from symbiosis.models.migration.tastes import cost_of_no_hukou, response_to_income
from symbiosis.parameters import BELOW_ONE, FRACTION, NON_NEGATIVE, POSITIVE, Model, Values, model, parameter

_OURS = "assumption"


@model
class Registering(Model):
    """A rural person's choice between the farm, the city without papers, and the city with them.

    Methods raise EquilibriumError where a city income is gone: the hukou cost is 1, or a bad harvest makes the cost of
    registering 1 or more.
    """

    # fmt: off
    city_income: Values = parameter(default=2.3, label="City income", range=(1.0, 5.0, 0.05), domain=POSITIVE,
        display=".2f", source="assumption, near the ratio of urban to rural income in China in 2024",
        meaning="Income in the city before the costs of being there.")
    farm_income: Values = parameter(default=0.7, label="Farm income", range=(0.2, 2.0, 0.05), domain=POSITIVE,
        display=".2f", source=_OURS, meaning="Income from farming at home at today's harvest, rent aside.")
    land_rent: Values = parameter(default=0.3, label="Rent of the land", range=(0.0, 1.0, 0.05), domain=NON_NEGATIVE,
        display=".2f", source=_OURS, meaning="What the family's land yields at today's harvest whoever works it.")
    land_kept: Values = parameter(default=0.0, label="Land kept on registering", range=(0.0, 1.0, 0.1), domain=FRACTION,
        display=".0%", source=_OURS, meaning="Share of the rent that a person who registers in the city keeps.")
    fee: Values = parameter(default=0.12, label="Cost of registering", range=(0.0, 0.4, 0.01), domain=BELOW_ONE,
        display=".0%", source=_OURS, meaning="Share of city income that registering costs at today's harvest.")
    harvest: Values = parameter(default=1.0, label="Harvest", range=(0.5, 2.0, 0.05), domain=POSITIVE, display=".2f",
        source="the experiment", meaning="Yield of farm and land, relative to today.")
    liquidity: Values = parameter(default=0.0, label="Liquidity", range=(0.0, 5.0, 0.1), domain=NON_NEGATIVE,
        display=".1f", source=_OURS,
        meaning="Percent by which the cost of registering falls where the harvest is one percent better.")
    # fmt: on
    hukou_cost: Values = cost_of_no_hukou()
    dispersion: Values = response_to_income()

    def effective_fee(self) -> FloatArray:
        """The cost of registering at this harvest, a share of city income."""
        fee, harvest, liquidity = self.arrays("fee", "harvest", "liquidity")
        return np.asarray(fee * harvest**-liquidity)

    def admissible(self) -> npt.NDArray[np.bool_]:
        """Which draws leave some city income with papers and without."""
        (cost,) = self.arrays("hukou_cost")
        return np.asarray((cost < 1) & (self.effective_fee() < 1))

    def shares(self) -> FloatArray:
        """Who stays, moves unregistered, registers: shape (..., 3), rows sum to 1."""
        text = "hukou_cost is {:g} and the cost of registering {:g} of city income; lower what is 1 or more"
        refuse(~self.admissible(), text, *self.arrays("hukou_cost"), self.effective_fee())
        k, city = self.arrays("dispersion", "city_income")
        stay, move, kept = self._values()
        values = (stay, move, (1 - self.effective_fee()) * city + kept)
        return np.asarray(choice_shares(np.stack(values, axis=-1), dispersion=k)[..., 0, :])

    def _values(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What staying and moving pay, and the rent kept by those who register."""
        cost, city, farm, rent, part, harvest = self.arrays(
            "hukou_cost", "city_income", "farm_income", "land_rent", "land_kept", "harvest"
        )
        stay, move = harvest * (farm + rent), (1 - cost) * city + harvest * rent
        return np.asarray(stay), np.asarray(move), np.asarray(part * harvest * rent)

    def registered(self) -> FloatArray:
        """The share who register, shape (...)."""
        return np.asarray(self.shares()[..., 2])

    def fee_at_share(self, share: npt.ArrayLike) -> FloatArray:
        """The cost of registering at which that share registers at this harvest; negative for a subsidy.

        share: fraction strictly between 0 and 1, broadcasts against the parameters, of which fee and liquidity play no
        part. It may be 1 or more where the land kept is worth more than so few would forgo.
        """
        wanted = fraction_array("share", share, open_interval=True)
        k, city = self.arrays("dispersion", "city_income")
        stay, move, kept = self._values()
        register = (wanted / (1 - wanted) * (stay**k + move**k)) ** (1 / k)
        return np.asarray(1 - (register - kept) / city)

    def effect(self, **changes: Values) -> FloatArray:
        """Change of the share who register, in points, where these parameters take other values, shape (...)."""
        return np.asarray(100 * (self.replace(**changes).registered() - self.registered()))
