import Numerics
import Testing

@Suite struct AdamTests {
    @Test func `the first steps are those of the formula`() {
        // Worked by hand from algorithm 1 of Kingma & Ba with η = 0.1, β₁ = 0.9, β₂ = 0.999, ε = 0:
        // step 1, g = 2: m̂ = 2, v̂ = 4, so θ falls by 0.1;
        // step 2, g = −1: m = 0.08, m̂ = 0.08/0.19; v = 0.004996, v̂ = 0.004996/0.001999.
        var adam = Adam(learningRate: 0.1, epsilon: 0)
        var parameters = [1.0, 5.0]
        adam.step(&parameters, gradient: [2, -1e-4])
        #expect(abs(parameters[0] - 0.9) < 1e-14 && abs(parameters[1] - 5.1) < 1e-14)
        adam.step(&parameters, gradient: [-1, 0])
        let fall = 0.1 * (0.08 / 0.19) / (0.004996 / 0.001999).squareRoot()
        #expect(abs(parameters[0] - (0.9 - fall)) < 1e-14)
        #expect(adam.steps == 2)
    }

    @Test func `epsilon is added outside the root and keeps still what has no gradient`() {
        var adam = Adam(learningRate: 0.1, epsilon: 1)
        var parameters = [1.0, 7.0]
        adam.step(&parameters, gradient: [3, 0])
        #expect(abs(parameters[0] - (1 - 0.1 * 3 / (3 + 1))) < 1e-14 && parameters[1] == 7)
    }

    @Test func `weight decay is decoupled from the gradient and spares what it should`() {
        var adam = Adam(learningRate: 0.1, epsilon: 0, weightDecay: 0.5)
        var all = [2.0, 2.0]
        adam.step(&all, gradient: [4, 0.01])
        #expect(abs(all[0] - (2 * 0.95 - 0.1)) < 1e-14 && abs(all[1] - (2 * 0.95 - 0.1)) < 1e-14)
        var first = Adam(learningRate: 0.1, epsilon: 0, weightDecay: 0.5)
        var some = [2.0, 2.0]
        first.step(&some, gradient: [4, 0.01], decaying: [0..<1])
        #expect(abs(some[0] - 1.8) < 1e-14 && abs(some[1] - 1.9) < 1e-14)
    }

    @Test(arguments: [0, 1, 2, 3, 17, 101])
    func `many steps agree with the formula`(count: Int) {
        var adam = Adam(learningRate: 0.01, weightDecay: 0.1)
        var parameters = seededValues(count, seed: 1)
        var (slow, m, v) = (parameters, parameters.map { _ in 0.0 }, parameters.map { _ in 0.0 })
        var (power1, power2) = (1.0, 1.0)
        for step in 0..<20 {
            let gradient = seededValues(count, seed: 2 + UInt64(step))
            adam.step(&parameters, gradient: gradient)
            (power1, power2) = (power1 * 0.9, power2 * 0.999)
            for i in 0..<count {
                m[i] = 0.9 * m[i] + 0.1 * gradient[i]
                v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i]
                slow[i] -= 0.01 * 0.1 * slow[i]
                slow[i] -= 0.01 * (m[i] / (1 - power1)) / ((v[i] / (1 - power2)).squareRoot() + 1e-8)
            }
        }
        #expect(largestDifference(parameters, slow) < 1e-12)
    }
}

@Suite struct EarlyStoppingTests {
    @Test func `stops after as many epochs without improvement as there is patience`() {
        var stopping = EarlyStopping(patience: 2)
        let verdicts = [3, 2, 2.5, 1.5, .nan, 1.5].map { stopping.judge($0) }
        #expect(verdicts == [.improved, .improved, .goOn, .improved, .goOn, .stop])
        #expect(stopping.best == 1.5 && stopping.bestEpoch == 3 && stopping.epochs == 6)
    }

    @Test func `a small improvement can be too small`() {
        var stopping = EarlyStopping(patience: 1, margin: 0.1)
        #expect(stopping.judge(-1) == .improved)
        #expect(stopping.judge(-1.2) == .improved)
        #expect(stopping.judge(-1.25) == .stop)
    }

    @Test func `a loss that never is a number is never an improvement`() {
        var stopping = EarlyStopping(patience: 2)
        #expect(stopping.judge(.nan) == .goOn && stopping.judge(.infinity) == .stop)
        #expect(stopping.bestEpoch == nil)
    }
}
