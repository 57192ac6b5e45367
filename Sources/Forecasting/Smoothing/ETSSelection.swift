extension ETSSearch {
    /// Forms whose criterion is at most so much above the least after a few steps are fitted to the end, so
    /// many at most.
    private static let margin = 12.0
    private static let finalists = 3
    /// The best form tries so many starts beside its own.
    private static let lastStarts = 2

    /// The fit with the least AICc of all forms that the history allows, without those whose errors undo
    /// their trend.
    ///
    /// Each form gets a few steps, from where those of a neighbouring form led; only the best forms go on to
    /// the end, and only the best of these tries further starts.
    func best(progress: FitProgress) throws(ForecastError) -> ETSFit {
        var fits: [ETSFit] = []
        for form in ETS.Form.all where allows(form) {
            try progress.checkpoint()
            let twin = fits.last { $0.form.season == form.season && $0.form.trend == form.trend }
            let neighbour = twin ?? fits.last { $0.form.season == form.season && $0.form.error == form.error }
            fits.append(descent(form, near: neighbour, toTheEnd: false))
        }
        // Sorting by place too: the simpler of two that are as good comes first.
        let ranked = fits.indices.filter { !fits[$0].undoesTrend }.sorted {
            (fits[$0].criterion, $0) < (fits[$1].criterion, $1)
        }
        guard let first = ranked.first else { return fit(ETS.Form(error: .additive)) }
        let least = fits[first].criterion
        var best = fits[first]
        for i in ranked.prefix(Self.finalists) where fits[i].criterion <= least + Self.margin {
            try progress.checkpoint()
            let complete = descent(fits[i].form, near: fits[i], toTheEnd: true)
            if complete.criterion < best.criterion && !complete.undoesTrend { best = complete }
        }
        let thorough = fit(best.form, near: best, starts: Self.lastStarts)
        return thorough.criterion <= best.criterion && !thorough.undoesTrend ? thorough : best
    }
}
