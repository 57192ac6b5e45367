import Detection

extension FullSeries {
    /// Goes on under another definition of the same model: nothing that was learned changes, only what is told of it.
    ///
    /// - Precondition: The hashes of both models are equal.
    func redefine(as policy: FullPolicy) {
        precondition(policy.modelHash == self.policy.modelHash, "another model than \(self.policy.name)")
        let (old, wasWatched) = (self.policy, isWatched)
        self.policy = policy
        hasAlert = policy.definition.alert != nil
        isWatched = policy.definition.alert.map { $0.noData != .off } ?? false
        judge?.setThreshold(threshold)
        if old.definition.adoption != policy.definition.adoption { holdAnew() }
        guard isWatched else { return }
        guard wasWatched else {
            silence = SilenceWatch()
            return
        }
        silence.setLimit(policy.longestSilence(step: clock?.step))
    }

    /// Holds out for as long as the definition says now.
    private func holdAnew() {
        guard var judge else { return }
        if policy.definition.adoption == .automatic {
            if let clock { judge.hold(for: AnomalyRun.longestHold(of: clock.step), isFirm: false) }
        } else {
            hold(&judge)
        }
        self.judge = judge
    }
}
