import Capture
import TestSupport
import Testing

@testable import Accuracy

/// Two people before one camera: shipped sessions laid into one picture, against the truth of each.
@Suite(.serialized) struct SeveralFacesTests {
  /// “even” on the left, “leaves” on the right, tracked with room for three.
  private static let sideBySide = Result {
    let collage = try FrameCollage(
      width: 1280, [.init(ShippedSession.video("even")) { _ in 0 }, .init(ShippedSession.video("leaves")) { _ in 640 }])
    return try ShippedSession.track(collage, with: ShippedSession.stage(faces: 3))
  }

  /// The number of the face whose box has its middle within `columns` at a moment; nil unless there is one.
  private func number(_ tables: [FaceTable], within columns: ClosedRange<Double>, at seconds: Double) -> Int? {
    let found = tables.indices.filter { face in
      guard let row = tables[face].times.firstIndex(where: { $0 >= seconds }), tables[face].isPresent[row] else {
        return false
      }
      return columns.contains(tables[face].box[0][row] + tables[face].box[2][row] / 2)
    }
    return found.count == 1 ? found[0] : nil
  }

  @Test func twoPeopleHaveTheLowestNumbersAndKeepThem() throws {
    let tables = try Self.sideBySide.get()
    let left = try #require(number(tables, within: 0...640, at: 1))
    let right = try #require(number(tables, within: 640...1280, at: 1))
    #expect(Set([left, right]) == [0, 1])
    for (face, columns) in [(left, 0.0...640), (right, 640.0...1280)] {
      let table = tables[face]
      for row in table.times.indices where table.isPresent[row] {
        let middle = table.box[0][row] + table.box[2][row] / 2
        #expect(columns.contains(middle), "face \(face) is at \(middle) after \(table.times[row]) s")
      }
    }
    // Nobody else is there, also while one is away and comes back.
    #expect(!tables[2].isPresent.contains(true))
  }

  @Test func eachFollowsItsOwnTruth() throws {
    let tables = try Self.sideBySide.get()
    for (name, other, columns) in [("even", "leaves", 0.0...640), ("leaves", "even", 640.0...1280)] {
      let face = try #require(number(tables, within: columns, at: 1))
      let truth = try FaceTable(csv: ShippedSession.truth(name))
      let wrong = try FaceTable(csv: ShippedSession.truth(other))
      let score = ClipScorer(reference: truth, track: tables[face]).score()
      // The last second of “leaves” is not in the picture, which ends with “even”.
      #expect(try #require(score.recall) > (name == "leaves" ? 0.85 : 0.9), "\(name)")
      #expect(try #require(score.rotationError) < 3, "\(name)")
      #expect(try #require(score.alignedCoreCorrelation) > 0.5, "\(name)")
      #expect(try #require(ClipScorer(reference: wrong, track: tables[face]).score().rotationError) > 6, "\(name)")
      if name == "leaves" {
        #expect(score.absentInReference > 30)
        #expect(try #require(score.falsePresence) < 0.2)
      }
    }
  }

  /// A strip of “glasses” passes in front of “even”, who stands, or goes the other way.
  @Test(arguments: [0.0, 120])
  func numbersAreNotExchangedWhereOnePassesInFrontOfTheOther(speed: Double) throws {
    func front(_ seconds: Double) -> Int { Int(-60 + 150 * min(max(seconds - 1, 0), 6)) }
    func back(_ seconds: Double) -> Int { Int(300 + speed * 3 - speed * min(max(seconds - 1, 0), 6)) }
    let collage = try FrameCollage(
      width: 1280, seconds: 9,
      [
        .init(ShippedSession.video("even"), columns: 80..<560, left: back),
        .init(ShippedSession.video("glasses"), columns: 190..<450, left: front),
      ])
    let tables = try ShippedSession.track(collage, with: ShippedSession.stage(faces: 2))
    func places(_ seconds: Double) -> (front: ClosedRange<Double>, back: ClosedRange<Double>) {
      let (f, b) = (Double(front(seconds)) + 320, Double(back(seconds)) + 320)
      return (f - 130...f + 130, b - 130...b + 130)
    }
    let inFront = try #require(number(tables, within: places(0.9).front, at: 0.9))
    let behind = try #require(number(tables, within: places(0.9).back, at: 0.9))
    #expect(inFront != behind)
    #expect(number(tables, within: places(8.5).front, at: 8.5) == inFront)
    #expect(number(tables, within: places(8.5).back, at: 8.5) == behind)
  }

  @Test func aFaceAloneIsReadAsIfNoOtherWereLookedFor() throws {
    func table(faces: Int) throws -> [FaceTable] {
      try ShippedSession.track(VideoFile(path: ShippedSession.video("even")), with: ShippedSession.stage(faces: faces))
    }
    let (one, four) = (try table(faces: 1)[0], try table(faces: 4))
    #expect(one.isPresent == four[0].isPresent && one.weights == four[0].weights)
    for axis in 0..<3 {
      let pairs = zip(one.angles[axis], four[0].angles[axis])
      #expect(pairs.allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    }
    #expect(four.dropFirst().allSatisfy { !$0.isPresent.contains(true) })
  }
}
