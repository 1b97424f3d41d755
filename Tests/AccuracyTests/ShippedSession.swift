import Capture
import Foundation
import NeuralGraph
import Pipeline
import Settings

@testable import Accuracy

/// The sessions that ship, and what the shipped networks make of them or of pictures made from them.
enum ShippedSession {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func video(_ name: String) -> String { root.appending(path: "Sessions/\(name).mp4").path }

  static func truth(_ name: String) -> String { root.appending(path: "Sessions/\(name).csv").path }

  static func stage(faces: Int = 1) throws -> FaceStage {
    var configuration = Configuration.default
    configuration.modelsDirectory = root.appending(path: "Models").path
    configuration.tracking.executor = .simd
    return try StageFactory(configuration, measuresNetworks: false)
      .makeStage(filters: true, waitsForShaders: true, faces: faces)
  }

  /// A table for each face.
  static func track(_ source: any FrameSource, with stage: FaceStage) throws -> [FaceTable] {
    var tables = [FaceTable](repeating: FaceTable(), count: stage.faceCount)
    while case .frame(let frame) = try source.next() {
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      try stage.process(plane, at: frame.time)
      for face in tables.indices {
        let result = stage.result(of: face)
        tables[face].append(result.filtered, isPresent: result.raw.isPresent, box: result.box)
      }
    }
    return tables
  }
}
