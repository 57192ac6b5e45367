// Origin: Python 3.11 `zoneinfo` with Debian's tzdata 2025b. For each zone and year, every second at which
// `datetime.fromtimestamp(second, ZoneInfo(zone)).utcoffset()` differs from the second before, found by
// bisection between probes six hours apart; a year without a change has its first second.
// `meanings` are `datetime(..., fold=0 and 1, tzinfo=ZoneInfo(zone)).timestamp()`; a reading that does not
// come back from its timestamp does not exist.

/// One change of clocks.
struct GoldenChange {
    var zone: String
    /// Seconds since the epoch.
    var second: Int64
    /// Seconds east of UTC before and from that second on.
    var before, after: Int
}

/// What one reading of local clocks means.
struct GoldenMeaning {
    var zone, civil: String
    /// Seconds since the epoch: one for a plain reading, two for one that came twice, none for one that never
    /// came; then `shifted` counts.
    var seconds: [Int64]
    var shifted: Int64 = 0
}

let goldenChanges: [GoldenChange] = [
    .init(zone: "Europe/Berlin", second: -2_208_988_800, before: 3600, after: 3600),
    .init(zone: "Europe/Berlin", second: -781_052_400, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: -776_563_200, before: 7200, after: 10_800),
    .init(zone: "Europe/Berlin", second: -765_936_000, before: 10_800, after: 7200),
    .init(zone: "Europe/Berlin", second: -761_180_400, before: 7200, after: 3600),
    .init(zone: "Europe/Berlin", second: 323_830_800, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: 338_950_800, before: 7200, after: 3600),
    .init(zone: "Europe/Berlin", second: 1_711_846_800, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: 1_729_990_800, before: 7200, after: 3600),
    .init(zone: "Europe/Berlin", second: 1_743_296_400, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: 1_761_440_400, before: 7200, after: 3600),
    .init(zone: "Europe/Berlin", second: 2_121_901_200, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: 2_140_045_200, before: 7200, after: 3600),
    .init(zone: "Europe/Berlin", second: 2_153_350_800, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: 2_172_099_600, before: 7200, after: 3600),
    .init(zone: "Europe/Berlin", second: 2_531_955_600, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: 2_550_704_400, before: 7200, after: 3600),
    .init(zone: "Europe/Berlin", second: 13_576_813_200, before: 3600, after: 7200),
    .init(zone: "Europe/Berlin", second: 13_595_562_000, before: 7200, after: 3600),
    .init(zone: "America/New_York", second: -2_717_650_800, before: -17_762, after: -18_000),
    .init(zone: "America/New_York", second: -880_218_000, before: -18_000, after: -14_400),
    .init(zone: "America/New_York", second: -84_387_600, before: -18_000, after: -14_400),
    .init(zone: "America/New_York", second: -68_666_400, before: -14_400, after: -18_000),
    .init(zone: "America/New_York", second: 1_173_596_400, before: -18_000, after: -14_400),
    .init(zone: "America/New_York", second: 1_194_156_000, before: -14_400, after: -18_000),
    .init(zone: "America/New_York", second: 1_741_503_600, before: -18_000, after: -14_400),
    .init(zone: "America/New_York", second: 1_762_063_200, before: -14_400, after: -18_000),
    .init(zone: "America/New_York", second: 2_120_108_400, before: -18_000, after: -14_400),
    .init(zone: "America/New_York", second: 2_140_668_000, before: -14_400, after: -18_000),
    .init(zone: "America/New_York", second: 2_152_162_800, before: -18_000, after: -14_400),
    .init(zone: "America/New_York", second: 2_172_722_400, before: -14_400, after: -18_000),
    .init(zone: "America/New_York", second: 2_530_767_600, before: -18_000, after: -14_400),
    .init(zone: "America/New_York", second: 2_551_327_200, before: -14_400, after: -18_000),
    .init(zone: "Australia/Lord_Howe", second: 352_216_800, before: 36_000, after: 37_800),
    .init(zone: "Australia/Lord_Howe", second: 372_785_400, before: 37_800, after: 41_400),
    .init(zone: "Australia/Lord_Howe", second: 1_207_407_600, before: 39_600, after: 37_800),
    .init(zone: "Australia/Lord_Howe", second: 1_223_134_200, before: 37_800, after: 39_600),
    .init(zone: "Australia/Lord_Howe", second: 1_743_865_200, before: 39_600, after: 37_800),
    .init(zone: "Australia/Lord_Howe", second: 1_759_591_800, before: 37_800, after: 39_600),
    .init(zone: "Australia/Lord_Howe", second: 2_153_919_600, before: 39_600, after: 37_800),
    .init(zone: "Australia/Lord_Howe", second: 2_169_646_200, before: 37_800, after: 39_600),
    .init(zone: "Australia/Lord_Howe", second: 2_532_524_400, before: 39_600, after: 37_800),
    .init(zone: "Australia/Lord_Howe", second: 2_548_251_000, before: 37_800, after: 39_600),
    .init(zone: "Asia/Kolkata", second: -872_058_600, before: 23_400, after: 19_800),
    .init(zone: "Asia/Kolkata", second: -862_637_400, before: 19_800, after: 23_400),
    .init(zone: "Asia/Kolkata", second: -764_145_000, before: 23_400, after: 19_800),
    .init(zone: "Asia/Kolkata", second: 1_735_689_600, before: 19_800, after: 19_800),
    .init(zone: "Asia/Kolkata", second: 2_524_608_000, before: 19_800, after: 19_800),
    .init(zone: "Pacific/Apia", second: 1_285_498_800, before: -39_600, after: -36_000),
    .init(zone: "Pacific/Apia", second: 1_301_752_800, before: -36_000, after: -39_600),
    .init(zone: "Pacific/Apia", second: 1_316_872_800, before: -39_600, after: -36_000),
    .init(zone: "Pacific/Apia", second: 1_325_239_200, before: -36_000, after: 50_400),
    .init(zone: "Pacific/Apia", second: 1_333_202_400, before: 50_400, after: 46_800),
    .init(zone: "Pacific/Apia", second: 1_348_927_200, before: 46_800, after: 50_400),
    .init(zone: "Pacific/Apia", second: 1_617_458_400, before: 50_400, after: 46_800),
    .init(zone: "Pacific/Apia", second: 2_524_608_000, before: 46_800, after: 46_800),
    .init(zone: "Europe/Dublin", second: 57_722_400, before: 3600, after: 0),
    .init(zone: "Europe/Dublin", second: 1_743_296_400, before: 0, after: 3600),
    .init(zone: "Europe/Dublin", second: 1_761_440_400, before: 3600, after: 0),
    .init(zone: "Europe/Dublin", second: 2_531_955_600, before: 0, after: 3600),
    .init(zone: "Europe/Dublin", second: 2_550_704_400, before: 3600, after: 0),
    .init(zone: "America/Nuuk", second: 1_679_792_400, before: -10_800, after: -7200),
    .init(zone: "America/Nuuk", second: 1_711_846_800, before: -7200, after: -3600),
    .init(zone: "America/Nuuk", second: 1_729_990_800, before: -3600, after: -7200),
    .init(zone: "America/Nuuk", second: 2_531_955_600, before: -7200, after: -3600),
    .init(zone: "America/Nuuk", second: 2_550_704_400, before: -3600, after: -7200),
]

let goldenMeanings: [GoldenMeaning] = [
    .init(zone: "Europe/Berlin", civil: "2025-03-30T01:59:59", seconds: [1_743_296_399]),
    .init(zone: "Europe/Berlin", civil: "2025-03-30T02:00:00", seconds: [], shifted: 1_743_296_400),
    .init(zone: "Europe/Berlin", civil: "2025-03-30T02:30:00", seconds: [], shifted: 1_743_298_200),
    .init(zone: "Europe/Berlin", civil: "2025-03-30T03:00:00", seconds: [1_743_296_400]),
    .init(zone: "Europe/Berlin", civil: "2025-10-26T01:59:59", seconds: [1_761_436_799]),
    .init(zone: "Europe/Berlin", civil: "2025-10-26T02:00:00", seconds: [1_761_436_800, 1_761_440_400]),
    .init(zone: "Europe/Berlin", civil: "2025-10-26T02:59:59", seconds: [1_761_440_399, 1_761_443_999]),
    .init(zone: "Europe/Berlin", civil: "2025-10-26T03:00:00", seconds: [1_761_444_000]),
    .init(zone: "Europe/Berlin", civil: "2050-03-27T02:30:00", seconds: [], shifted: 2_531_957_400),
    .init(zone: "Europe/Berlin", civil: "2050-10-30T02:30:00", seconds: [2_550_702_600, 2_550_706_200]),
    .init(zone: "America/New_York", civil: "2050-03-13T02:30:00", seconds: [], shifted: 2_530_769_400),
    .init(zone: "America/New_York", civil: "2050-11-06T01:30:00", seconds: [2_551_325_400, 2_551_329_000]),
    .init(zone: "America/New_York", civil: "2025-07-01T12:00:00", seconds: [1_751_385_600]),
    .init(
        zone: "Australia/Lord_Howe", civil: "2025-04-06T01:45:00", seconds: [1_743_864_300, 1_743_866_100]),
    .init(zone: "Australia/Lord_Howe", civil: "2025-10-05T02:15:00", seconds: [], shifted: 1_759_592_700),
    .init(
        zone: "Australia/Lord_Howe", civil: "2050-04-03T01:45:00", seconds: [2_532_523_500, 2_532_525_300]),
    .init(zone: "Australia/Lord_Howe", civil: "2050-10-02T02:15:00", seconds: [], shifted: 2_548_251_900),
    .init(zone: "Asia/Kolkata", civil: "2050-01-01T00:00:00", seconds: [2_524_588_200]),
    .init(zone: "Pacific/Apia", civil: "2011-12-30T12:00:00", seconds: [], shifted: 1_325_282_400),
    .init(zone: "Pacific/Apia", civil: "2011-12-29T23:59:00", seconds: [1_325_239_140]),
    .init(zone: "Pacific/Apia", civil: "2011-12-31T00:00:00", seconds: [1_325_239_200]),
    .init(zone: "Pacific/Apia", civil: "2050-06-01T00:00:00", seconds: [2_537_607_600]),
]
