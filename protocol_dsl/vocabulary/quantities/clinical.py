"""The units that clinical records and protocols use: what a record may be written in, and what to suggest."""

from __future__ import annotations

import re
from functools import cache

# Each line is one kind of measurement, in the order in which its units are offered. The spellings with a
# Greek mu, with `mcg` and with a small `l` are derived from these, so that no line has to repeat them.
_KINDS = """
mg/dL, g/dL, g/L, mg/L, ug/L, ng/L, ug/dL, ng/dL, ug/mL, ng/mL, pg/mL, pg/dL, mg/mL, g/mL, fg/mL
ug{FEU}/mL, ng{FEU}/mL, mg{FEU}/L, ug/mL FEU, ng/mL FEU, mg/L FEU
ug{DDU}/mL, ng{DDU}/mL, ug/mL DDU, ng/mL DDU
mmol/L, umol/L, nmol/L, pmol/L, fmol/L, mol/L, umol/mL, nmol/mL, pmol/mL, mmol/dL, umol/dL
meq/L, mEq/L, ueq/L, meq/mL, meq/dL
mosm/L, mosm/kg, mOsm/L, mOsm/kg
U/L, kU/L, mU/L, U/mL, mU/mL, ukat/L, nkat/L, kat/L
[iU]/L, [IU]/L, IU/L, [iU]/mL, [IU]/mL, IU/mL, m[iU]/mL, m[IU]/mL, mIU/mL, m[iU]/L, m[IU]/L, mIU/L
u[iU]/mL, u[IU]/mL, uIU/mL, k[iU]/L, k[IU]/L, kIU/L, [iU]/dL, IU/dL
[arb'U]/mL, [arb'U]/L, AU/mL, [beth'U], [BAU]/mL, BAU/mL, [CFU]/mL, CFU/mL
10*9/L, 10^9/L, 10*3/uL, 10^3/uL, 10*3/mm3, 10^3/mm3, K/uL, G/L, 10*12/L, 10^12/L, 10*6/uL, 10^6/uL, M/uL, T/L
10*6/L, 10^6/L, 10*6/mL, 10^6/mL, 10*3/mL, 10^3/mL, /uL, /mm3, /mL, /L
{cells}/uL, cells/uL, cells/mm3, cells/mL
x10^9/L, x10^3/uL, x10^6/uL, x10^12/L, x10E9/L, x10E3/uL, x10E6/uL, x10E12/L
{copies}/mL, copies/mL, copies/uL
%, 1, L/L, mL/mL, [ppm], [ppth], {ratio}, {INR}, INR, {score}, {index}, {copies}, {cells}, cells, {pack_years}
mg/g, ug/g, ug/mg, mg/mg, g/g, ng/mg
mmol/mol, umol/mol, mol/mol, umol/mmol, nmol/mmol
mg/mmol, g/mol, ug/mmol
g, mg, ug, ng, pg, kg, [lb_av], lb, [oz_av]
mol, mmol, umol, nmol, pmol
meq, mEq
U, mU
[iU], [IU], IU, m[iU], mIU, k[iU], kIU, M[iU], MIU
L, mL, uL, dL, fL, cc
m, cm, mm, um, nm, [in_i], [ft_i]
m2, cm2, mm2
m3, cm3, mm3
kg/m2, g/m2, mg/m2, ug/m2, g/cm2, mg/kg, ug/kg, g/kg, ng/kg, mmol/kg, [iU]/kg, IU/kg, U/kg
mL/kg, {cells}/kg, cells/kg
mg/kg/d, mg/(kg.d), mg/kg/day, ug/kg/min, ug/(kg.min), ug/kg/h, mg/kg/h, mL/kg/h, mL/(kg.h)
mg/m2/d, mg/m2/day
mL/min/{1.73_m2}, mL/min/1.73m2, mL/min/1.73 m2, mL/min/1.73_m2, mL/s/{1.73_m2}
mL/min/m2, L/min/m2, mL/m2, U/m2
mL/min, L/min, mL/h, mL/d, L/d, mL/s, L/s, mL/(24.h), mL/24h, mL/day
g/d, mg/d, ug/d, g/(24.h), g/24h, mg/(24.h), mg/24h, ug/(24.h), ug/24h, g/day, mg/day
mmol/d, mmol/(24.h), mmol/24h
umol/d, nmol/d, mg/h, ug/h, ug/min, meq/d, mEq/d, nmol/h/mL
mm[Hg], mmHg, mm Hg, kPa, Pa, cm[H2O], cmH2O, bar, mbar
Cel, °C, degC, [degF], °F, degF, K
/min, {beats}/min, beats/min, bpm, {breaths}/min, breaths/min, Hz, /h, /d, /wk
s, ms, sec, msec, min, h, d, wk, us, hr, hours, days, weeks, minutes, seconds
mm/h, mm/hr, cm/s, m/s, km/h
dyn.s/cm5, [wood'U], Wood units, mm[Hg].min/L
kcal, kJ, J, cal, kcal/d, kcal/kg
W, mW, W/kg, Gy, cGy, mGy, Sv, mSv, MBq, GBq, kBq, Bq, mCi, Ci, uCi
mV, V, uV, mA, Hz, kHz, deg, [diop], [MET], METs
fL, pg, fmol, amol, /[HPF], /HPF, /[LPF], /LPF, g.m/m2, g/cm3, mL/m2, L/kg, m2/kg, mg.h/L, ng.h/mL, ug.h/mL
mol/kg, mmol/g, umol/g, nmol/g, nmol/mg, ug/kg, [iU]/g, IU/g, U/g, U/mg
"""

_MICRO = re.compile(r"(?<![A-Za-z\[{])u(?=mol|g|L|eq|kat|m|s|V|Ci|IU|\[iU\]|\[IU\])")
_MICROGRAM = re.compile(r"(?<![A-Za-z\[{])ug")
_LITRE = re.compile(r"(?<=[a-z/])L\b|^L\b")


@cache
def clinical_spellings() -> tuple[str, ...]:
    """Every spelling of the list and its derived variants, each once, in the order of the list."""
    listed = (spelling for line in _KINDS.strip().splitlines() for spelling in line.split(", "))
    return tuple(dict.fromkeys(variant for spelling in listed for variant in _variants(spelling)))


def _variants(spelling: str) -> tuple[str, ...]:
    micro = _MICRO.sub("µ", spelling)
    greek = _MICRO.sub("μ", spelling)
    mcg = _MICROGRAM.sub("mcg", spelling)
    capital = (spelling, micro, greek, mcg)
    return (*capital, *(_LITRE.sub("l", each) for each in capital))
