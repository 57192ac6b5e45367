import CRE2
import TimeSeries
