// The files beside this one, as bytes. `#embed` is C23; clang takes it in any C, and notes each file as a
// dependency, so that a changed file is compiled in again.
#include "cdashboard.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t index_html[] = {
#embed "index.html"
    , 0};
static const uint8_t app_css[] = {
#embed "app.css"
    , 0};
static const uint8_t icon_svg[] = {
#embed "icon.svg"
    , 0};
static const uint8_t app_js[] = {
#embed "app.js"
    , 0};
static const uint8_t actions_js[] = {
#embed "actions.js"
    , 0};
static const uint8_t api_js[] = {
#embed "api.js"
    , 0};
static const uint8_t stream_js[] = {
#embed "stream.js"
    , 0};
static const uint8_t dom_js[] = {
#embed "dom.js"
    , 0};
static const uint8_t format_js[] = {
#embed "format.js"
    , 0};
static const uint8_t scale_js[] = {
#embed "scale.js"
    , 0};
static const uint8_t chart_js[] = {
#embed "chart.js"
    , 0};
static const uint8_t draw_js[] = {
#embed "draw.js"
    , 0};
static const uint8_t fleet_js[] = {
#embed "fleet.js"
    , 0};
static const uint8_t metric_js[] = {
#embed "metric.js"
    , 0};
static const uint8_t incidents_js[] = {
#embed "incidents.js"
    , 0};
static const uint8_t incident_js[] = {
#embed "incident.js"
    , 0};
static const uint8_t performance_js[] = {
#embed "performance.js"
    , 0};
#if __has_embed("prometheus-rules.yml")
#define HAS_PROMETHEUS_RULES_YML 1
static const uint8_t prometheus_rules_yml[] = {
#embed "prometheus-rules.yml"
    , 0};
#endif
#if __has_embed("grafana-dashboard.json")
#define HAS_GRAFANA_DASHBOARD_JSON 1
static const uint8_t grafana_dashboard_json[] = {
#embed "grafana-dashboard.json"
    , 0};
#endif

#define ASSET(name, bytes) {name, bytes, sizeof bytes - 1}

static const cdashboard_asset assets[] = {
    ASSET("index.html", index_html),
    ASSET("app.css", app_css),
    ASSET("icon.svg", icon_svg),
    ASSET("app.js", app_js),
    ASSET("actions.js", actions_js),
    ASSET("api.js", api_js),
    ASSET("stream.js", stream_js),
    ASSET("dom.js", dom_js),
    ASSET("format.js", format_js),
    ASSET("scale.js", scale_js),
    ASSET("chart.js", chart_js),
    ASSET("draw.js", draw_js),
    ASSET("fleet.js", fleet_js),
    ASSET("metric.js", metric_js),
    ASSET("incidents.js", incidents_js),
    ASSET("incident.js", incident_js),
    ASSET("performance.js", performance_js),
#ifdef HAS_PROMETHEUS_RULES_YML
    ASSET("prometheus-rules.yml", prometheus_rules_yml),
#endif
#ifdef HAS_GRAFANA_DASHBOARD_JSON
    ASSET("grafana-dashboard.json", grafana_dashboard_json),
#endif
};

size_t cdashboard_count(void) { return sizeof assets / sizeof *assets; }

cdashboard_asset cdashboard_asset_at(size_t index) { return assets[index]; }
