extension PeerFigures {
    /// Errors of point forecasts on the sets of the competitions.
    ///
    /// A line each: set, peer, sMAPE, MASE.
    static let errors = PeerTable(
        """
        m4_hourly         AutoETS        14.07 1.460
        m4_hourly         AutoTheta      14.95 2.263
        m4_hourly         DOT            14.90 2.188
        m4_hourly         AutoCES        13.89 0.901
        m4_hourly         MSTL           12.54 0.975
        m4_hourly         AutoARIMA      19.67 0.737
        m4_hourly         SCUM           17.86 0.775
        m4_hourly         MedETS_CES_DOT 9.88  0.959
        m4_hourly         Prophet        14.63 1.526
        m4_hourly         FLAIR          10.81 1.789
        m4_weekly         AutoETS        8.50  2.448
        m4_weekly         AutoTheta      8.50  2.791
        m4_weekly         DOT            8.92  2.679
        m4_weekly         AutoCES        10.10 2.449
        m4_weekly         MSTL           7.99  2.591
        m4_weekly         AutoARIMA      7.24  2.227
        m4_weekly         SCUM           8.67  2.400
        m4_weekly         MedETS_CES_DOT 8.86  2.429
        m4_weekly         Prophet        26.16 15.261
        m4_weekly         FLAIR          11.91 7.422
        m3_yearly         AutoETS        15.53 2.640
        m3_yearly         AutoTheta      15.98 2.668
        m3_yearly         DOT            15.24 2.601
        m3_yearly         AutoCES        15.95 2.833
        m3_yearly         MSTL           15.53 2.640
        m3_yearly         AutoARIMA      16.28 2.899
        m3_yearly         SCUM           15.01 2.544
        m3_yearly         MedETS_CES_DOT 15.08 2.574
        m3_yearly         FLAIR          16.50 2.991
        m3_quarterly      AutoETS        9.11  1.133
        m3_quarterly      AutoTheta      8.96  1.075
        m3_quarterly      DOT            9.18  1.114
        m3_quarterly      AutoCES        9.52  1.094
        m3_quarterly      MSTL           9.31  1.130
        m3_quarterly      AutoARIMA      9.38  1.200
        m3_quarterly      SCUM           8.45  1.070
        m3_quarterly      MedETS_CES_DOT 8.92  1.071
        m3_quarterly      FLAIR          10.94 1.367
        m3_monthly        AutoETS        13.15 0.915
        m3_monthly        AutoTheta      15.19 0.920
        m3_monthly        DOT            13.18 0.898
        m3_monthly        AutoCES        13.96 0.885
        m3_monthly        MSTL           14.49 0.940
        m3_monthly        AutoARIMA      17.02 0.952
        m3_monthly        SCUM           14.03 0.892
        m3_monthly        MedETS_CES_DOT 12.77 0.874
        m3_monthly        Prophet        21.60 1.256
        m3_monthly        FLAIR          14.41 1.065
        m3_other          AutoETS        4.07  1.701
        m3_other          AutoTheta      4.58  1.880
        m3_other          DOT            4.17  1.765
        m3_other          AutoCES        4.55  2.113
        m3_other          MSTL           4.07  1.701
        m3_other          AutoARIMA      3.82  1.661
        m3_other          SCUM           3.99  1.672
        m3_other          MedETS_CES_DOT 4.13  1.753
        m3_other          FLAIR          5.66  2.802
        tourism_monthly   AutoETS        17.71 1.522
        tourism_monthly   AutoTheta      18.39 1.571
        tourism_monthly   DOT            18.61 1.600
        tourism_monthly   AutoCES        18.27 1.506
        tourism_monthly   MSTL           18.70 1.551
        tourism_monthly   AutoARIMA      15.56 1.538
        tourism_monthly   SCUM           16.56 1.617
        tourism_monthly   MedETS_CES_DOT 16.89 1.465
        tourism_monthly   Prophet        25.33 2.558
        tourism_monthly   FLAIR          18.15 1.518
        tourism_quarterly AutoETS        14.09 1.550
        tourism_quarterly AutoTheta      14.85 1.648
        tourism_quarterly DOT            14.91 1.661
        tourism_quarterly AutoCES        14.85 1.540
        tourism_quarterly MSTL           15.51 1.594
        tourism_quarterly AutoARIMA      16.74 1.569
        tourism_quarterly SCUM           15.28 1.496
        tourism_quarterly MedETS_CES_DOT 13.93 1.517
        tourism_quarterly FLAIR          14.80 1.575
        """)
}
