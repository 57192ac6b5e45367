#!/usr/bin/env python3
"""Writes the golden numbers that the tests compare with, from reference implementations.

    python3 -m venv VENV && VENV/bin/pip install numpy==2.4.6 numba==0.68.1 statsmodels==0.15.0
    VENV/bin/python Tests/Support/Golden/make_golden.py PROTOTYPES

PROTOTYPES holds prototype-forecast/pool.py and prototype-detection/{pval,bank}.py, the Python of record of these methods.
Run at the top of the repository. Inputs that come from a generator are seeded; all else is read from datasets/.
"""
import csv, json, os, sys, tempfile, warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp()  # not beside the prototypes
sys.dont_write_bytecode = True
if len(sys.argv) != 2:
    sys.exit(__doc__)
sys.path[:0] = [os.path.join(sys.argv[1], "prototype-forecast"), os.path.join(sys.argv[1], "prototype-detection")]

import numba, numpy as np, statsmodels
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.seasonal import STL

import bank, pool, pval

FILLED = "missing values replaced by the straight line between their neighbours, at the ends by the nearest value"
HORIZON = 24
VERSIONS = f"numpy {np.__version__}, numba {numba.__version__}"


# ---- series

def read(name):
    with open(f"datasets/{name}/data.csv") as f:
        rows = list(csv.DictReader(f))
    return [r["timestamp"] for r in rows], np.array([float(r["value"] or "nan") for r in rows])


def filled(y):
    known = np.flatnonzero(np.isfinite(y))
    return np.interp(np.arange(len(y)), known, y[known])


def monthly_means(times, y):
    months = sorted({t[:7] for t in times})
    groups = {m: [] for m in months}
    for t, v in zip(times, y):
        if np.isfinite(v):
            groups[t[:7]].append(v)
    return np.array([round(sum(g) / len(g), 4) if g else np.nan for g in groups.values()])


CPU = 600  # the steps before the first episode


def series():
    """(series, values, inline?, periods)"""
    times, co2 = read("co2")
    yield ({"dataset": "co2", "slice": "mean of each calendar month over the values present, rounded to 4 decimals; "
            "1958-03 to 2001-12", "filling": FILLED}, filled(monthly_means(times, co2)).round(4), True, [12])
    yield {"dataset": "sunspots", "slice": "all", "filling": "none needed"}, read("sunspots")[1], True, [1, 11]
    yield {"dataset": "elnino", "slice": "all", "filling": "none needed"}, read("elnino")[1], True, [12]
    yield {"dataset": "nile", "slice": "all", "filling": "none needed"}, read("nile")[1], True, [1]
    yield ({"dataset": "node-cpu-busy", "slice": f"rows 0 ..< {CPU}", "filling": FILLED},
           filled(read("node-cpu-busy")[1][:CPU]), False, [1, 60])


# ---- output

def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        value = float(value)
        assert np.isfinite(value), value
        return int(value) if value == int(value) and abs(value) < 1e15 else value
    return value


def write(path, source, cases):
    """One array a line, so that a change of one number shows as one line."""
    def text(value, indent):
        pad = " " * indent
        if isinstance(value, dict):
            inner = ",\n".join(f"{pad}  {json.dumps(k)}: {text(v, indent + 2)}" for k, v in value.items())
            return "{\n" + inner + "\n" + pad + "}"
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "[\n" + ",\n".join(pad + "  " + text(v, indent + 2) for v in value) + "\n" + pad + "]"
        return json.dumps(value, ensure_ascii=False)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text(plain({"source": source, "cases": cases}), 0) + "\n")
    print(path, len(cases), "cases", os.path.getsize(path), "bytes", file=sys.stderr)


def inputs(y, inline, **more):
    return ({"values": y} if inline else {"count": len(y), "first": y[:3], "last": y[-3:]}) | more


# ---- forecasting

def ridge():
    cases = []
    for name, y, inline, periods in series():
        for m in periods:
            cases.append({
                "series": name, "inputs": inputs(y, inline, period=m, horizon=HORIZON),
                "outputs": {"lags": pool.lagset(len(y), m, 0, False), "mean": pool.ridge(y, HORIZON, m, 0, False, 0.0)},
            })
    write("Tests/ForecastingTests/Golden/ridge.json", {
        "package": "prototype-forecast/pool.py, " + VERSIONS,
        "call": "ridge(values, h=horizon, m=period, M=0, rich=False, huber=0); lags = lagset(n, m, 0, False)",
        "note": "mean of the next `horizon` steps, oldest first; the first lag is that of the differenced target",
    }, cases)


RECURSION = (
    "level l, trend b, seasonal s[0 ..< period] of the first period, all given; for t = 0, 1, …, with j = t mod period: "
    "fitted = l + phi*b + s[j]; e = y - fitted; sse += e*e; l' = l + phi*b + alpha*e; b' = phi*b + beta*e; "
    "s'[j] = s[j] + gamma*e; without a period s is 0 and gamma is not used. "
    "Forecast h = 1 … : l + b*(phi + phi^2 + … + phi^h) + s[(n+h-1) mod period]"
)
FIXED = {"alpha": 0.3, "beta": 0.05, "gamma": 0.1, "phi": 0.95}


def recursion(y, m, l, b, s, alpha, beta, gamma, phi):
    s, sse, fitted = list(s), 0.0, []
    for t, value in enumerate(y):
        season = s[t % m] if s else 0.0
        fitted.append(l + phi * b + season)
        e = value - fitted[-1]
        sse += e * e
        l, b = l + phi * b + alpha * e, phi * b + beta * e
        if s:
            s[t % m] += gamma * e
    forecast, sum_of_phi, power = [], 0.0, 1.0
    for h in range(HORIZON):
        power *= phi
        sum_of_phi += power
        forecast.append(l + b * sum_of_phi + (s[(len(y) + h) % m] if s else 0.0))
    return {"sse": sse, "last five fitted": fitted[-5:], "forecast": forecast}


def same(ours, theirs, m, name):
    """The loop and statsmodels are one model at the same parameters, but for the forecasts at multiples of the period:
    there statsmodels 0.15.0 takes the season from before its last update (it overwrites that element)."""
    assert np.isclose(theirs.sse, ours["sse"], rtol=1e-9), (name, theirs.sse, ours["sse"])
    h = np.array([i for i in range(HORIZON) if m == 1 or (i + 1) % m])
    assert np.allclose(theirs.forecast(HORIZON)[h], np.array(ours["forecast"])[h], rtol=1e-9), name


def holt_winters():
    cases = []
    for name, y, inline, periods in series():
        for m in periods:
            seasonal = {"seasonal": "add", "seasonal_periods": m} if m > 1 else {"seasonal": None}
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                fit = ExponentialSmoothing(
                    y, trend="add", damped_trend=True, initialization_method="estimated", **seasonal).fit()
            p = fit.params
            alpha, phi = p["smoothing_level"], p["damping_trend"]
            beta, gamma = alpha * p["smoothing_trend"], p["smoothing_seasonal"] if m > 1 else 0.0
            l0, b0, s0 = p["initial_level"], p["initial_trend"], list(p["initial_seasons"]) if m > 1 else []
            again = recursion(y, m, l0, b0, s0, alpha, beta, gamma, phi)
            same(again, fit, m, name)
            estimated = {
                "alpha": alpha, "beta": beta, "gamma": gamma, "phi": phi, "l0": l0, "b0": b0, "s0": s0,
                "converged": bool(fit.mle_retvals.success) and not said, "sse": fit.sse, "forecast": again["forecast"],
            }

            k = m if m > 1 else 10
            start = {"l0": round(float(y[:k].mean()), 6), "b0": round(float(y[k:2 * k].mean() - y[:k].mean()) / k, 6),
                     "s0": (y[:m] - y[:m].mean()).round(6).tolist() if m > 1 else []}
            fixed = recursion(y, m, start["l0"], start["b0"], start["s0"], **FIXED)
            # The loop above and statsmodels are the same model at the same parameters.
            known = {"initial_seasonal": start["s0"]} if m > 1 else {}
            other = ExponentialSmoothing(
                y, trend="add", damped_trend=True, initialization_method="known", initial_level=start["l0"],
                initial_trend=start["b0"], **known, **seasonal,
            ).fit(optimized=False, smoothing_level=FIXED["alpha"], smoothing_trend=FIXED["beta"] / FIXED["alpha"],
                  smoothing_seasonal=FIXED["gamma"] if m > 1 else None, damping_trend=FIXED["phi"])
            same(fixed, other, m, name)
            cases.append({
                "series": name, "inputs": inputs(y, inline, period=m, horizon=HORIZON),
                "outputs": {"estimated": estimated, "fixed": {"parameters": FIXED | start, **fixed}},
            })
            print("  holt-winters", name["dataset"], m, estimated["sse"], estimated["converged"], file=sys.stderr)
    write("Tests/ForecastingTests/Golden/holt-winters.json", {
        "package": f"statsmodels {statsmodels.__version__}, numpy {np.__version__}",
        "call": "ExponentialSmoothing(values, trend='add', damped_trend=True, seasonal='add' if period > 1 else None, "
                "seasonal_periods=period, initialization_method='estimated').fit(), .forecast(horizon)",
        "note": "`estimated`: statsmodels' parameters, starting values and sse (`beta` is smoothing_level * smoothing_trend, as in the "
                "recursion); an optimiser ends where it ends, so compare sse and forecast loosely. `fixed` is exact. Forecasts are those "
                "of the recursion, equal to statsmodels within 1e-9 except at multiples of the period, where statsmodels takes the "
                "season from before its last update",
        "recursion": RECURSION,
    }, cases)


def stl():
    cases = []
    for name, count, seasonal, degree, robust in [
        ("elnino", 240, 7, 1, False), ("elnino", 240, 11, 0, True), ("electrical-equipment", 257, 11, 0, False),
        ("electrical-equipment", 257, 7, 1, True), ("node-cpu-busy", 300, 7, 1, False),
    ]:
        y = filled(read(name)[1][:count])
        period = 60 if name == "node-cpu-busy" else 12
        fit = STL(y, period=period, seasonal=seasonal, seasonal_deg=degree, robust=robust).fit()
        steps = sorted({*range(0, count, 12), *range(3, count, 31), count - 1})
        cases.append({
            "series": {"dataset": name, "slice": f"rows 0 ..< {count}", "filling": FILLED},
            "inputs": inputs(y, False, period=period, seasonal=seasonal, **{"seasonal degree": degree, "robust": int(robust)}),
            "outputs": {"steps": steps, "trend": fit.trend[steps], "seasonal": fit.seasonal[steps]},
        })
    write("Tests/ForecastingTests/Golden/stl.json", {
        "package": f"statsmodels {statsmodels.__version__}, numpy {np.__version__}",
        "call": "STL(values, period=period, seasonal=seasonal, seasonal_deg=degree, robust=robust).fit(); all else at its default",
        "note": "trend and seasonal part at `steps`, counted from 0",
    }, cases)


# ---- detection

def calibration():
    random, cases = np.random.default_rng(20240607), []
    for name, values in [
        ("absolute values of a standard normal", np.abs(random.standard_normal(600))),
        ("absolute values of Student's t with 3 degrees of freedom", np.abs(random.standard_t(3, 600))),
        ("exponential of mean 1", random.exponential(1.0, 600)),
    ]:
        values = values.round(6)
        cases.append({"series": name, "inputs": {"values": values, "K": 64, "warm": 150, "N0": 1e18},
                      "outputs": {"evidence": pval.evidence(values, 64, 150, 1e18)}})
    write("Tests/DetectionTests/Golden/calibration.json", {
        "package": "prototype-detection/pval.py, " + VERSIONS,
        "call": "evidence(values, K=64, warm=150, N0=1e18): -ln p of each value against those before it, 0 in the first 150",
        "note": "numpy.random.default_rng(20240607), drawn in this order, rounded to 6 decimals",
    }, cases)


def channels():
    random, n, L = np.random.default_rng(7), 700, 24
    t = np.arange(n)
    x = 50 + 10 * np.sin(2 * np.pi * t / L) + 4 * np.cos(4 * np.pi * t / L) + random.normal(0, 1, n)
    x[400:] += 6                                    # the level moves
    x[550:580] += random.normal(0, 5, 30)           # the noise bursts
    x = x.round(4)
    first = x[:64]
    mean, deviation = first.mean(), first.std()
    z = (x - mean) / deviation
    assert np.abs(z).max() < 50, "the squash beyond 50 would act"
    out = bank.bank(x, L, n, 256, 512, 16, 0.999)
    twelve = lambda a: [float(f"{v:.12g}") for v in a]
    write("Tests/DetectionTests/Golden/channels.json", {
        "package": "prototype-detection/bank.py, " + VERSIONS,
        "call": "bank(values, L=24, n=700, H=256, H2=512, p=16, lam=0.999); channels shiftS, shiftL, lvarS, lvarL",
        "note": "z = (values - mean of the first 64) / population standard deviation of the first 64; outputs to 12 significant digits",
    }, [{
        "series": "seasonal, period 24, level + 6 from point 400, noise five times as strong in 550 ..< 580; "
                  "numpy.random.default_rng(7), rounded to 4 decimals",
        "inputs": {"values": x, "L": L},
        "outputs": {"z": twelve(z)} | {c: twelve(out[bank.CH.index(c)]) for c in ("shiftS", "shiftL", "lvarS", "lvarL")},
    }])


calibration()
channels()
ridge()
holt_winters()
stl()
