import FaceCore
import Foundation
import NeuralGraph

/// The four networks of the product, read from one folder and checked to be what the tracker expects.
package struct FaceNetworks: Sendable {
  /// `detector.gurn`: the whole frame → a map of face candidates.
  package let detector: Graph
  /// `window.gurn`: a face window → landmarks, rotation, correction, confidence, weights.
  package let window: Graph
  /// `eye.gurn`: one eye, the right one mirrored → the channels of that eye and brow.
  package let eye: Graph
  /// `mouth.gurn`: the mouth → jaw, lips, cheeks, nose, tongue.
  package let mouth: Graph

  /// Reads the networks from a folder.
  ///
  /// - Throws: ``FaceTrackingError/model`` naming the file and what is wrong with it.
  package init(folder: String) throws(FaceTrackingError) {
    detector = try Self.read("detector", in: folder, outputs: ["map": nil])
    window = try Self.read(
      "window", in: folder,
      outputs: ["landmarks": 140, "rotation": 6, "correction": 4, "confidence": 1, "blendshapes": 52])
    eye = try Self.read("eye", in: folder, outputs: ["blendshapes": EyeChannel.allCases.count])
    mouth = try Self.read("mouth", in: folder, outputs: ["blendshapes": nil])
    let names = EyeChannel.allCases.map(\.rawValue)
    guard eye.output(named: "blendshapes")?.elementNames == names else {
      throw .model("\(folder)/eye.gurn: its channels are not \(names.joined(separator: " "))")
    }
    for name in mouth.output(named: "blendshapes")?.elementNames ?? [] where Blendshape(name: name) == nil {
      throw .model("\(folder)/mouth.gurn: “\(name)” is not one of the 52 blendshapes")
    }
  }

  private static func read(_ name: String, in folder: String, outputs: [String: Int?]) throws(FaceTrackingError)
    -> Graph
  {
    let path = folder + "/" + name + ".gurn"
    let graph: Graph
    do { graph = try ModelFile.read(path) } catch { throw .model("\(error)") }
    for (output, count) in outputs {
      guard let found = graph.output(named: output) else { throw .model("\(path): has no output “\(output)”") }
      if let count, found.range.count != count {
        throw .model("\(path): output “\(output)” has \(found.range.count) elements, \(count) are needed")
      }
    }
    return graph
  }
}

/// What the eye network says of one eye, in its order; `browInnerUp` is the inner end of that eye's brow.
package enum EyeChannel: String, CaseIterable, Sendable {
  case eyeBlink, eyeSquint, eyeWide, eyeLookIn, eyeLookOut, eyeLookUp, eyeLookDown, browDown, browInnerUp, browOuterUp

  /// The blendshape of the left or right eye.
  package func blendshape(left: Bool) -> Blendshape {
    self == .browInnerUp ? .browInnerUp : Blendshape(name: rawValue + (left ? "Left" : "Right"))!
  }
}

/// What can go wrong in this module.
package enum FaceTrackingError: Error, Sendable, CustomStringConvertible {
  /// A model file is missing, damaged or not what the tracker needs.
  case model(String)
  /// An executor could not be made or failed.
  case executor(String)

  package var description: String {
    switch self {
    case .model(let message), .executor(let message): message
    }
  }
}
