import Foundation
import TestSupport
import Testing
import TimeSeries

@testable import Forecasting

@Suite struct AutoARIMATests {
    @Test(.enabled(if: ARIMATests.hasGolden, "needs the shared golden forecasts"))
    func `the choice is as good as that of the reference`() throws {
        for file in ARIMATests.files {
            let golden = try SharedData.object("golden-forecast/\(file).dev.json")
            let want = golden.object("AutoARIMA")
            guard want.has("aicc") else { continue }
            let period = Int(golden.number("m"))
            let values = golden.numbers("train")
            let estimate = try ARIMASearch(values, period: period).run(progress: .ignored)
            let (orders, seasonal) = (want.numbers("order"), want.numbers("seasonal"))
            let order = estimate.order
            print(
                "arima \(file): (\(order.p),\(order.d),\(order.q))(\(order.seasonalP),\(order.seasonalD),"
                    + "\(order.seasonalQ)) \(order.hasConstant ? "c" : "-") aicc \(estimate.aicc), reference "
                    + "\(orders) \(seasonal) \(want.number("aicc"))")
            if Double(order.d) == orders[1] && Double(order.seasonalD) == seasonal[1] {
                #expect(estimate.aicc <= want.number("aicc") + 1, "\(file)")
            }
        }
    }
}
