import Testing
import TestSupport

@testable import Pipeline

/// States are stored as the bytes of their memory. Padding between fields holds whatever was there before, so that two
/// equal states would have different bytes: there is none.
@Suite struct LooseBytesTests {
    @Test func `a stored state has no bytes of no field`() {
        for type in FullSeries.plainTypes + [StreamSeries.self] {
            #expect(LooseBytes.of(type) == [])
        }
    }

    @Test func `bytes of no field are found`() {
        struct Inner {
            var flag: UInt8
            var number: Int16
            var maybe: Int32?
        }
        struct Outer {
            var inner: InlineArray<2, Inner>
            var value: Double
        }
        #expect(
            LooseBytes.of(Outer.self) == [
                "Outer.inner[0].number: 1 bytes before it or at its end",
                "Outer.inner[0].maybe: what lies in nothing",
                "Outer.inner[1].flag: 3 bytes before it or at its end",
                "Outer.inner[1].number: 1 bytes before it or at its end",
                "Outer.inner[1].maybe: what lies in nothing",
                "Outer.value: 3 bytes before it or at its end",
            ])
    }
}
