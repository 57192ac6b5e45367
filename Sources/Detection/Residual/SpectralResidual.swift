import Forecasting
import Glibc
import Numerics

/// What is left of a series when its spectrum is made flat: the parts that no cycle explains.
///
/// With A = FFT(z), R = ln|A| − its mean over 100 neighbouring frequencies, the score is
/// |IFFT(e^R · A/|A|)|. O(n log n) for any length.
///
/// - Source: Hou & Zhang, *Saliency detection: a spectral residual approach*, CVPR 2007; on time series: Ren
///   et al., *Time-series anomaly detection service at Microsoft*, KDD 2019.
struct SpectralResidual: BatchEvidence {
    let names = ["spectral-residual"]
    let summary = "No cycle of the series explains the value."
    let source = "Ren et al., Time-series anomaly detection service at Microsoft, KDD 2019"

    /// Neighbouring frequencies in the mean.
    static let width = 100
    /// A silent frequency counts as this share of the loudest, so that its logarithm is finite.
    static let silence = 1e-8

    func rows(of z: [Double], window: Int, progress: FitProgress) throws(ForecastError) -> [[Double]] {
        guard z.count > 1 else { return [z.map { _ in 0 }] }
        let transform = FourierTransform(count: z.count)
        var real = z
        var imaginary = [Double](repeating: 0, count: z.count)
        transform.forward(real: &real, imaginary: &imaginary)
        let sizes = zip(real, imaginary).map { hypot($0, $1) }
        let floor = Self.silence * (sizes.reduce(0, max) + .leastNormalMagnitude)
        let logarithms = sizes.map { log($0 + floor) }
        let usual = CentredWindow.means(of: logarithms, width: Self.width)
        for k in z.indices {
            let size = exp(logarithms[k] - usual[k])
            // A frequency that is not there has phase 0.
            (real[k], imaginary[k]) =
                sizes[k] > 0 ? (size * (real[k] / sizes[k]), size * (imaginary[k] / sizes[k])) : (size, 0)
        }
        transform.inverse(real: &real, imaginary: &imaginary)
        return [zip(real, imaginary).map { hypot($0, $1) }]
    }
}
