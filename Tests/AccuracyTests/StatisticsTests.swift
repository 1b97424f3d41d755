import Foundation
import Testing

@testable import Accuracy

@Suite struct StatisticsTests {
  @Test func correlationIsPearsonsOverWhatBothKnow() {
    let a = [1.0, 2, 3, 4, 5, .nan]
    #expect(abs(Statistics.correlation(a, [2, 4, 6, 8, 10, 0]) - 1) < 1e-12)
    #expect(abs(Statistics.correlation(a, [5, 4, 3, 2, 1, 9]) + 1) < 1e-12)
    // By hand: Σxy = 4, Σx² = Σy² = 10 about the means.
    #expect(abs(Statistics.correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) - 0.8) < 1e-12)
    #expect(Statistics.correlation(a, [7, 7, 7, 7, 7, 7]) == 0)
    #expect(Statistics.correlation([1, 2, 3, 4], [1, 2, 3, 4]).isNaN)
  }

  @Test func slopeIsTheShownShareOfAMovement() {
    let values = (0..<10).map(Double.init)
    #expect(abs(Statistics.slope(values, values.map { 0.7 * $0 + 3 }) - 0.7) < 1e-12)
    #expect(Statistics.slope([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]).isNaN)
  }

  @Test func quantilesLieBetweenNeighbours() {
    #expect(Statistics.quantile([3, 1, 2, .nan], 0.5) == 2)
    #expect(Statistics.quantile([4, 1, 2, 3], 0.5) == 2.5)
    #expect(Statistics.quantile([], 0.5).isNaN)
  }

  @Test func anglesAreUnwrappedPastMissingOnes() {
    #expect(Statistics.unwrapped([170, .nan, -170]).last == 190)
    #expect(Statistics.wrapped(190) == -170)
    #expect(Statistics.wrapped(-180) == -180)
  }

  @Test func curvesAreReadAlongLinesAndNotBeyond() {
    let curve = Curve([0, 1, 2, 3], [0, 10, 99, 30], where: [true, true, false, true])
    let read = curve.read([-0.1, 0, 0.5, 2, 3, 3.1])
    #expect(read[0].isNaN && read[5].isNaN)
    #expect(read[1...4] == [0, 5, 20, 30])
    #expect(curve.read([0], shift: 0.25) == [2.5])
    #expect(Curve([0], [1], where: [true]).read([0])[0].isNaN)
  }

  @Test func blinksAreJoinedAndMatched() {
    let times = (0..<20).map { Double($0) * 0.05 }
    let values = times.indices.map { [2, 3, 5, 12].contains($0) ? 0.9 : 0.1 }
    let events = BlinkEvents.find(times, values, above: 0.5)
    #expect(events.count == 2)
    #expect(abs(events[0].start - 0.1) < 1e-9 && abs(events[0].end - 0.25) < 1e-9)
    let match = BlinkEvents.match(events, [(0.3, 0.35)])
    #expect(match == .init(found: 1, reference: 2, tracked: 1))
    #expect(abs(match.f1 - 2.0 / 3) < 1e-12)
    #expect(BlinkEvents.match([], []).f1.isNaN)
    #expect(BlinkEvents.find(times, [Double](repeating: .nan, count: 20), above: 0.5).isEmpty)
  }
}
