import Storage
import Testing

@Test
func `a score byte keeps twentieths`() {
    #expect(ScoreByte.negativeLog10(ScoreByte.encode(negativeLog10: 3.3)) == 3.3)
    #expect(ScoreByte.negativeLog10(ScoreByte.unscored) == nil)
}
