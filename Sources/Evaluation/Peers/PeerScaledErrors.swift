extension PeerFigures {
    /// Scaled errors on the sets of machines, energy and days.
    ///
    /// A line each: set, peer, mean MASE, median MASE, scaled WQL.
    static let scaledErrors = PeerTable(
        """
        infra_hourly          AutoETS        1.257 0.901 0.350
        infra_hourly          AutoTheta      1.130 0.825 0.325
        infra_hourly          DOT            1.124 0.819 0.325
        infra_hourly          AutoCES        1.308 0.805 0.274
        infra_hourly          MSTL           1.370 1.105 0.303
        infra_hourly          AutoARIMA      0.980 1.147 0.512
        infra_hourly          SCUM           0.657 0.859 0.544
        infra_hourly          MedETS_CES_DOT 1.182 0.805 0.311
        infra_hourly          Prophet        1.491 1.050 0.268
        infra_hourly          FLAIR          1.036 0.770 0.192
        infra_5min            AutoETS        2.352 0.751 0.358
        infra_5min            AutoTheta      0.882 0.598 0.191
        infra_5min            DOT            0.880 0.599 0.191
        infra_5min            AutoCES        1.368 0.966 0.186
        infra_5min            MSTL           1.150 0.897 0.208
        infra_5min            AutoARIMA      0.951 0.789 0.133
        infra_5min            SCUM           1.314 0.786 0.161
        infra_5min            MedETS_CES_DOT 1.111 0.721 0.189
        infra_5min            Prophet        1.467 0.847 0.208
        infra_5min            FLAIR          0.989 0.655 0.119
        energy_traffic_hourly AutoETS        1.405 1.408 0.140
        energy_traffic_hourly AutoTheta      1.729 1.718 0.191
        energy_traffic_hourly DOT            1.735 1.742 0.191
        energy_traffic_hourly AutoCES        1.471 1.265 0.117
        energy_traffic_hourly MSTL           1.339 0.893 0.120
        energy_traffic_hourly AutoARIMA      1.609 1.609 0.047
        energy_traffic_hourly SCUM           1.572 1.572 0.046
        energy_traffic_hourly MedETS_CES_DOT 1.288 1.059 0.134
        energy_traffic_hourly Prophet        1.753 1.581 0.126
        energy_traffic_hourly FLAIR          0.997 0.910 0.071
        ett_hourly            AutoETS        1.411 1.144 0.273
        ett_hourly            AutoTheta      1.447 1.028 0.333
        ett_hourly            DOT            1.440 1.009 0.333
        ett_hourly            AutoCES        1.364 1.227 0.213
        ett_hourly            MSTL           1.438 1.049 0.238
        ett_hourly            AutoARIMA      0.779 0.779 0.890
        ett_hourly            SCUM           0.657 0.657 0.817
        ett_hourly            MedETS_CES_DOT 1.286 1.062 0.253
        ett_hourly            FLAIR          1.158 1.090 0.172
        daily_misc            AutoETS        0.990 0.855 0.016
        daily_misc            AutoTheta      1.016 0.845 0.017
        daily_misc            DOT            1.019 0.850 0.017
        daily_misc            AutoCES        1.013 0.878 0.016
        daily_misc            MSTL           0.991 0.880 0.016
        daily_misc            AutoARIMA      1.060 0.812 0.050
        daily_misc            SCUM           1.002 0.758 0.051
        daily_misc            MedETS_CES_DOT 0.999 0.843 0.016
        daily_misc            Prophet        1.614 1.172 0.025
        daily_misc            FLAIR          1.011 0.820 0.015
        """)
}
