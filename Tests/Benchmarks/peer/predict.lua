-- Posts one seasonal series with noise, made once, over and over; the same numbers to the peer and to Bellwether.
--
--   wrk -t1 -c16 -d10s -s predict.lua http://127.0.0.1:PORT/predict        -- peer       MODEL [POINTS] [HORIZON]
--   wrk -t1 -c16 -d10s -s predict.lua http://127.0.0.1:8720/api/v1/predict -- bellwether MODEL [POINTS] [HORIZON]
--
-- wrk itself counts answers other than 2xx ("Non-2xx or 3xx responses"): a run that shows that line counts for nothing.
function init(args)
  local form, model = args[1] or "peer", args[2] or "seasonal-naive"
  local points, horizon = tonumber(args[3]) or 1000, tonumber(args[4]) or 48
  math.randomseed(1)
  local values = {}
  for t = 1, points do
    values[t] = string.format("%.3f", 50 + 10 * math.sin(2 * math.pi * t / 24) + 3 * (math.random() - 0.5))
  end
  local list = table.concat(values, ",")
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  if form == "peer" then
    wrk.body = string.format('{"values":[%s],"horizon":%d,"model":"%s","season":24}', list, horizon, model)
  else
    wrk.body = string.format('{"series":[{"values":[%s]}],"horizon":%d,"model":"%s","levels":[80,95]}', list, horizon, model)
  end
end
