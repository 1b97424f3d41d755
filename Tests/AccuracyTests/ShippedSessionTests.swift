import Foundation
import Pipeline
import Settings
import Testing

@testable import Accuracy

/// The shipped networks on the shipped sessions, against the truth. The bounds lie well inside what is measured.
@Suite(.serialized) struct ShippedSessionTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static let results = Result {
    var configuration = Configuration.default
    configuration.modelsDirectory = root.appending(path: "Models").path
    configuration.tracking.executor = .simd
    let factory = try StageFactory(configuration, measuresNetworks: false)
    return try ClipList.sessions(root.appending(path: "Sessions").path).map { clip in
      let stage = try factory.makeStage(filters: true, waitsForShaders: false)
      let track = try ClipTracker.track(clip.video, with: stage)
      return ClipResult(clip, reference: try FaceTable(csv: clip.labels), track: track)
    }
  }

  @Test func threeSessionsShip() throws {
    let results = try Self.results.get()
    #expect(results.map(\.clip.name) == ["even", "glasses", "leaves"])
    #expect(results.allSatisfy { $0.score.frames >= 300 && $0.clip.traits["light"] != nil })
    for result in results {
      let size = try FileManager.default.attributesOfItem(atPath: result.clip.video)[.size] as? Int
      #expect(size ?? .max < 400_000)
    }
  }

  @Test(arguments: ["even", "glasses", "leaves"])
  func theFaceIsFoundAndLetGo(name: String) throws {
    let score = try score(name)
    #expect(try #require(score.recall) > 0.9)
    if name == "leaves" {
      #expect(score.absentInReference > 30)
      #expect(try #require(score.falsePresence) < 0.2)
    }
  }

  @Test(arguments: ["even", "glasses", "leaves"])
  func headAndFaceFollowTheTruth(name: String) throws {
    let score = try score(name)
    #expect(try #require(score.rotationError) < 3)
    #expect(try #require(score.rotationRawError) < 5)
    #expect(try #require(score.alignedCoreCorrelation) > 0.5)
    #expect(try #require(score.alignedCorrelation) > 0.4)
    #expect(abs(try #require(score.lag)) < 0.06)
  }

  private func score(_ name: String) throws -> ClipScore {
    try #require(try Self.results.get().first { $0.clip.name == name }).score
  }
}
