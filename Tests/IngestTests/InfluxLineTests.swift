import Ingest
import TestSupport
import TimeSeries
import Testing

@Suite struct InfluxLineTests {
    private static let now = Timestamp(milliseconds: 1_764_547_299_000)

    private func decode(_ text: String, _ precision: InfluxPrecision = .nanoseconds) -> DecodedPoints {
        InfluxLine.decode(Array(text.utf8), precision: precision, now: Self.now)
    }

    @Test func `what the official client wrote is read`() throws {
        for golden in try GoldenFile("Tests/IngestTests/Golden/influx.json").cases {
            let precision = try #require(InfluxPrecision(named: golden.text("precision")))
            let decoded = decode(golden.text("text"), precision)
            let wanted = try golden.objects("series").map {
                try WantedPoint($0, now: Self.now.milliseconds)
            }
            #expect(try WantedPoint.all(of: decoded) == wanted, "\(golden.text("name"))")
            #expect(decoded.ignoredTexts == Int(golden.number("texts")))
            #expect(decoded.rejected == 0 && decoded.errors.isEmpty, "\(decoded.errors)")
        }
    }

    @Test(arguments: [
        ("m value=1", "m: 1764547299000=1"), ("m a=1", "m_a: 1764547299000=1"),
        ("m value=1,b=2", "m_value: 1764547299000=1|m_b: 1764547299000=2"),
        ("m b=2,value=1", "m_b: 1764547299000=2|m_value: 1764547299000=1"),
        ("m value=\"x\"", ""), ("m value=1i 1000000", "m: 1=1"), ("m value=1 -1", "m: -1=1"),
        ("  \tm \t value=1 \t 5000000 \t\r\n", "m: 5=1"), ("m value=t\r", "m: 1764547299000=1"),
        ("m value=-9223372036854775808i 0", "m: 0=-9.223372036854776e+18"),
        ("m value=18446744073709551615u 0", "m: 0=1.8446744073709552e+19"),
        ("m value=.5 0", "m: 0=0.5"), ("m value=1.e3 0", "m: 0=1000"), ("m value=False 0", "m: 0=0"),
        (#"m,a\=b=c\,d\ e\=f value=1 0"#, #"m{a_b="c,d e=f"}: 0=1"#),
        (#"m,a=c\d,b=\\\,x value=1 0"#, #"m{a="c\\d", b="\\\\,x"}: 0=1"#),
        (#"é\ x.y,1a=b a.b=1 0"#, #"__x_y_a_b{_1a="b"}: 0=1"#), ("1m:x value=1 0", "_1m:x: 0=1"),
        (#"m s="a,b c=d \" \\",value=1 0"#, "m_value: 0=1"),
        ("m,b=1,A=2,_=3,__o=4,a=5 value=1 0", #"m{A="2", _="3", __o="4", a="5", b="1"}: 0=1"#),
        ("# m value=1\n#\n\n \nm value=1 0", "m: 0=1"), ("\u{FEFF}m value=1 0", "m: 0=1"), ("", ""),
    ])
    func `a line is read as InfluxDB reads it`(text: String, wanted: String) throws {
        let decoded = decode(text)
        #expect(try runs(decoded).joined(separator: "|") == wanted)
        #expect(decoded.rejected == 0, "\(decoded.errors)")
        for (index, entry) in decoded.series.enumerated() {
            #expect(try Array(decoded.bytes[entry.labels]) == decoded.labels(at: index).encoded)
        }
    }

    @Test(arguments: [
        ("ns", 1_999_999, 1), ("n", -1, -1), ("us", 1999, 1), ("u", -1, -1), ("ms", 5, 5), ("s", 5, 5000),
        ("m", 2, 120_000), ("h", -1, -3_600_000),
    ])
    func `times have the unit that is told`(name: String, time: Int64, milliseconds: Int64) throws {
        let precision = try #require(InfluxPrecision(named: name))
        #expect(decode("m value=1 \(time)", precision).points.map(\.milliseconds) == [milliseconds])
    }

    @Test func `units that nobody knows are none`() {
        #expect(InfluxPrecision(named: "") == nil && InfluxPrecision(named: "d") == nil)
    }

    @Test(arguments: [
        ("m", "a field is missing"), ("m,a=b", "a field is missing"), ("m ", "a field is missing"),
        (",a=b v=1", "a measurement is missing"), ("m, v=1", "a tag needs a key"),
        ("m,a v=1", "a tag needs a key, '=' and a value: 'a'"), ("m,=b v=1", "a tag has no key"),
        ("m,a= v=1", "a tag has no value"), ("m,a=b=c v=1", "a field"), ("m =1", "a field has no key"),
        ("m v", "a field needs a key, '=' and a value: 'v'"), ("m v=", "a field has no value"),
        ("m v= 1", "a field has no value"), ("m v=1,", "a field is missing"),
        ("m v=NaN", "no number, boolean or text in quotes: 'NaN'"), ("m v=Inf", "'Inf'"),
        ("m v=-inf", "'-inf'"), ("m v=+1", "'+1'"), ("m v=1e999", "'1e999'"), ("m v=yes", "'yes'"),
        ("m v=0x10", "'0x10'"), ("m v=1_000", "'1_000'"), ("m v=-", "'-'"),
        ("m v=9223372036854775808i", "no integer of 64 bits: '9223372036854775808i'"), ("m v=i", "'i'"),
        ("m v=1.5i", "'1.5i'"), ("m v=-1u", "no unsigned integer"),
        ("m v=18446744073709551616u", "no unsigned integer"), ("m v=\"x", "no closing quote"),
        ("m v=\"x\"y", "after a text: 'y'"), ("m v=1 1.5", "a time is a whole number: '1.5'"),
        ("m v=1 9223372036854775808", "a whole number"), ("m v=1 1 1", "nothing may follow the time"),
        ("m,a=1,a=2 v=1", "two tags have one name"), ("m,a-b=1,a.b=2 v=1", "two tags have one name"),
        ("m,__name__=x v=1", "__name__"),
    ])
    func `a line that is wrong is rejected whole with its number`(line: String, reason: String) throws {
        let decoded = decode("a s=\"1\n2\",v=1 0\n\(line)\n\nb value=2 0")
        #expect(try runs(decoded) == ["a_v: 0=1", "b: 0=2"])
        #expect(decoded.rejected == 1 && decoded.ignoredTexts == 1)
        let error = try #require(decoded.errors.first)
        #expect(error.line == 3 && error.reason.contains(reason), "\(error)")
    }

    @Test func `a time beyond the years of the calendar is rejected`() {
        let decoded = decode("m v=1 9223372036854775807\nm v=1 1", .seconds)
        #expect(decoded.points.count == 1 && decoded.errors.first?.reason.contains("years") == true)
    }

    @Test func `a text with a line end is skipped with the rest of a bad line`() throws {
        let decoded = decode("m v=bad,s=\"x\nm v=5\n\"\nm v=bad,s=\"\nm v=1 0")
        #expect(decoded.errors.map(\.line) == [1, 4] && decoded.rejected == 2)
        #expect(try runs(decoded) == ["m_v: 0=1"])
    }

    @Test func `what is not UTF-8 is rejected in a tag and replaced in a name`() throws {
        var body = Array("m,a=".utf8) + [0xC3] + Array(" value=1 0\nx".utf8)
        body += [0xFF] + Array(" value=1 0".utf8)
        let decoded = InfluxLine.decode(body, now: Self.now)
        #expect(try runs(decoded) == ["x_: 0=1"])
        #expect(decoded.errors.first?.reason.contains("not UTF-8") == true)
    }

    private static let sample = """
        cpu,host=a\\ b,Zone=é usage=1.5,n=3i,u=4u,up=true,s="x \\"y\\" \n z" 1764547200000000000\r
        # comment
        m\\,x,t\\=1=v value=-0.25e3\n
        """

    @Test func `every truncation is sound`() {
        let bytes = Array(Self.sample.utf8)
        for count in bytes.indices {
            #expect(Hostile.isSound(InfluxLine.decode(Array(bytes[..<count]), now: Self.now)), "\(count)")
        }
    }

    @Test func `damage is never fatal`() {
        let samples = [
            "m,h=a\\ b v=1.5,n=3i 17", "m v=t,s=\"x\n\",u=4u\r\n", "#\n\\,=é,x=y value=-1e3 -5",
            "a,c=d,a=b f=1 1\nb g=2 2",
        ]
        var failures = 0
        Hostile.mutate(samples, alphabet: ",= \\\"\n\r#i.-e", count: 100_000, seed: 7) { bytes in
            let decoded = InfluxLine.decode(bytes, now: Self.now)
            if !Hostile.isSound(decoded) { failures += 1 }
        }
        #expect(failures == 0)
    }

    @Test func `a flood is refused in time`() {
        for body in Hostile.floods(of: ",= \\\"\n\r#") {
            #expect(InfluxLine.decode(body, now: Self.now).points.isEmpty)
        }
        let lines = [
            Hostile.repeated("a b=\"\n", 100_000) + Array("a b=\"".utf8), Hostile.repeated("\\\n", 200_000),
            Hostile.repeated("m,", 200_000), Hostile.repeated("m v=1,", 100_000),
            Array("m".utf8) + Hostile.repeated(",b=1,a=1", 50_000) + Array(" v=1".utf8),
        ]
        for body in lines { #expect(Hostile.isSound(InfluxLine.decode(body, now: Self.now))) }
    }

    @Test func `tags that many fields repeat are bounded`() {
        let tags = "m,t=" + String(repeating: "x", count: 60_000) + " "
        let fields = (0..<5000).map { "f\($0)=1" }.joined(separator: ",")
        let decoded = decode(tags + fields + "\nm value=1 0")
        #expect(decoded.points.count == 1 && decoded.rejected == 1)
        #expect(decoded.errors.first?.reason.contains("smaller bodies") == true)
        let long = decode("m,t=" + String(repeating: "x", count: 70_000) + " v=1")
        #expect(long.points.isEmpty && long.rejected == 1)
    }
}
