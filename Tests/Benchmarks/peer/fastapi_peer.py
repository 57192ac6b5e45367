"""The service one would write in Python: FastAPI in front of StatsForecast, with the shortest path the library offers
(its models called directly on arrays, no data frames). Only for comparison; started by run.sh.

POST /predict {"values": […], "horizon": 48, "model": "autoets", "season": 24}
    → mean, lower and upper at 80 and 95 %, and for each value whether it lies outside the in-sample 99 % interval
"""
from typing import Literal

import numpy as np
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from statsforecast.models import ARIMA, MSTL, AutoARIMA, AutoETS, AutoRegressive, SeasonalNaive

LEVELS = [80, 95, 99]

MODELS = {
    "seasonal-naive": lambda season: SeasonalNaive(season_length=season),
    "autoets": lambda season: AutoETS(season_length=season),
    "mstl": lambda season: MSTL(season_length=[season]),
    "autoregressive": lambda season: AutoRegressive(lags=[1, 2, 3, season - 1, season, season + 1, 2 * season]),
    "arima": lambda season: ARIMA(order=(3, 0, 0), seasonal_order=(1, 0, 0), season_length=season),
    "autoarima": lambda season: AutoARIMA(season_length=season),
}


class Body(BaseModel):
    values: list[float] = Field(min_length=8, max_length=100_000)
    horizon: int = Field(24, ge=1, le=10_000)
    model: Literal[tuple(MODELS)] = "seasonal-naive"
    season: int = Field(24, ge=1, le=10_000)


app = FastAPI()


@app.get("/healthy")
def healthy():
    return "ok"


@app.post("/predict")
def predict(body: Body):
    y = np.asarray(body.values)
    out = MODELS[body.model](body.season).forecast(y=y, h=body.horizon, level=LEVELS, fitted=True)
    low, high = out["fitted-lo-99"], out["fitted-hi-99"]
    # Answered directly: FastAPI's own encoding of a thousand values costs more than the model does.
    return JSONResponse({
        "mean": out["mean"].tolist(),
        "lower": {str(level): out[f"lo-{level}"].tolist() for level in LEVELS[:2]},
        "upper": {str(level): out[f"hi-{level}"].tolist() for level in LEVELS[:2]},
        "is_anomaly": ((y < low) | (y > high)).tolist(),
    })
