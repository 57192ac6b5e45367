#!/usr/bin/env python3
"""Writes the public-domain series of the PyPI package statsmodels as datasets/<name>/{data.csv,origin.md}.

    python3 -m venv /tmp/statsmodels && /tmp/statsmodels/bin/pip install statsmodels==0.15.0
    /tmp/statsmodels/bin/python datasets/export-statsmodels.py datasets

Reads the package's own files as text, so every digit is theirs; refuses a module whose COPYRIGHT does not say "public domain".
"""
import csv, hashlib, importlib, io, os, sys
from datetime import datetime
from importlib import resources

import statsmodels

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def table(module, file):
    text = resources.files(f"statsmodels.datasets.{module}").joinpath(file).read_text(encoding="utf-8-sig")
    return [{k.strip(): v.strip() for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))]


def co2():
    for row in table("co2", "co2.csv"):
        day = row["date"]
        yield f"{day[:4]}-{day[4:6]}-{day[6:]}", row["co2"]


def yearly(module, file, year, value):
    for row in table(module, file):
        yield f"{int(float(row[year])):04d}-01-01", row[value]


def elnino():
    for row in table("elnino", "elnino.csv"):
        for month, name in enumerate(MONTHS, 1):
            yield f"{row['YEAR']}-{month:02d}-01", row[name]


def electrical_equipment():
    for row in table("elec_equip", "elec_equip.csv"):
        day = datetime.strptime(row["DATE"], "%b-%d-%Y")
        yield f"{day:%Y-%m-%d}", row["STS.M.I7.W.TOVT.NS0016.4.000"]


def macrodata(column):
    for row in table("macrodata", "macrodata.csv"):
        yield f"{int(float(row['year']))}-{3 * int(float(row['quarter'])) - 2:02d}-01", row[column]


# name, module, series, step, what it is, where the package got it from
SERIES = [
    ("co2", "co2", co2(), "1 week (P7D)",
     "Carbon dioxide in the air at Mauna Loa, parts per million; empty where no value was taken.",
     "Keeling and Whorf 2004, Carbon Dioxide Information Analysis Center, Oak Ridge National Laboratory"),
    ("nile", "nile", yearly("nile", "nile.csv", "year", "volume"), "1 year (P1Y)",
     "Yearly flow of the Nile at Aswan, 10⁸ m³; the level moved in 1898 (Cobb 1978).",
     "Cobb 1978, Biometrika 65.2, 243-51"),
    ("sunspots", "sunspots", yearly("sunspots", "sunspots.csv", "YEAR", "SUNACTIVITY"), "1 year (P1Y)",
     "Yearly sunspot number; a cycle of about 11 years, with no fixed length.",
     "National Geophysical Data Center of the USA"),
    ("elnino", "elnino", elnino(), "1 month (P1M)",
     "Sea surface temperature in the Niño 1+2 region, °C, monthly.",
     "National Oceanic and Atmospheric Administration of the USA, ERSST.V3B"),
    ("electrical-equipment", "elec_equip", electrical_equipment(), "1 month (P1M)",
     "Turnover index of manufacturers of electrical equipment, euro area, not adjusted; falls at the end of 2008.",
     "Statistical Office of the European Union (Eurostat), STS.M.I7.W.TOVT.NS0016.4.000"),
    ("us-gdp", "macrodata", macrodata("realgdp"), "1 quarter (P3M)",
     "Real gross domestic product of the USA, billions of chained 2005 dollars, seasonally adjusted.",
     "Federal Reserve Bank of St. Louis"),
    ("us-cpi", "macrodata", macrodata("cpi"), "1 quarter (P3M)",
     "Consumer price index of the USA, end of the quarter, seasonally adjusted.",
     "Federal Reserve Bank of St. Louis"),
    ("us-unemployment", "macrodata", macrodata("unemp"), "1 quarter (P3M)",
     "Unemployment rate of the USA, per cent, seasonally adjusted.",
     "Bureau of Labor Statistics of the USA"),
]

ORIGIN = """# {name}

{what}

| | |
|---|---|
| file | `data.csv` |
| sha256 | `{sha}` |
| rows | {rows}, of which {empty} without a value |
| from, to | {first}, {last} |
| step | {step} |
| columns | `timestamp` (start of the step, UTC), `value` |
| source | `statsmodels.datasets.{module}` of the PyPI package statsmodels {version}; there from: {source} |
| licence | the module's COPYRIGHT reads "{copyright}" |

Made with `datasets/export-statsmodels.py`; the commands are at its top. Values are the package's, digit for digit.
"""


def main(output):
    for name, module, points, step, what, source in SERIES:
        copyright = " ".join(importlib.import_module(f"statsmodels.datasets.{module}.data").COPYRIGHT.split())
        if "public domain" not in copyright.lower():
            sys.exit(f"{module}: its COPYRIGHT is {copyright!r}, not public domain")
        points = list(points)
        data = "timestamp,value\n" + "".join(f"{t},{v}\n" for t, v in points)
        folder = os.path.join(output, name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "data.csv"), "w", newline="") as f:
            f.write(data)
        with open(os.path.join(folder, "origin.md"), "w") as f:
            f.write(ORIGIN.format(
                name=name, what=what, sha=hashlib.sha256(data.encode()).hexdigest(), rows=len(points),
                empty=sum(v == "" for _, v in points), first=points[0][0], last=points[-1][0], step=step,
                module=module, version=statsmodels.__version__, source=source, copyright=copyright))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
