import FaceCore
import NeuralGraph

/// A network that reads a part of the face at a crop that the landmarks place: what it looks at, and what it says.
///
/// It has one crop, or two: the subject's left side as it stands in the image and the right side mirrored, so that the
/// network sees left sides only.
package struct LocalNetwork: Sendable {
  /// The local networks that a set may have. Their word is put on top of the window network's in this order.
  package enum Part: String, CaseIterable, Sendable {
    case mouth, eye, brow

    /// The share, 0…1, of this network's word in a channel; the rest is what stood there before.
    ///
    /// Two networks that err differently are better together, where the second is not much worse: measured on recordings
    /// (contrib/training/EXPERIMENTS.md). Lids are the eye's alone, so that a wink stays one, and so are looks to the side, of which
    /// a window shows nothing.
    package func share(of channel: Blendshape) -> Float {
      switch self {
      case .mouth: 0.5
      case .brow: 1
      case .eye:
        if channel.name.hasPrefix("brow") {
          0.5
        } else if channel.name.hasPrefix("eyeLookUp") || channel.name.hasPrefix("eyeLookDown") {
          0.6
        } else {
          1
        }
      }
    }
  }

  package let part: Part
  package let graph: Graph
  /// One crop, or the left and the mirrored right one.
  package let crops: [LandmarkCrop]
  /// For each crop the channels of its weights, in the network's order.
  package let channels: [[Blendshape]]
  /// The index of the output `blendshapes` among the graph's.
  package let outputIndex: Int
  /// The index of the output `rotation` among the graph's; nil where the network has none. Its six elements are to be added to
  /// the window network's, those of a mirrored crop with the signs ``mirroredColumns``.
  package let rotationIndex: Int?
  /// Of each output, where its elements begin when all are laid one after the other.
  package let firstElements: [Int]

  /// The signs that a mirror gives the first two columns of a rotation matrix R: F·R·F with F = diag(−1, 1, 1).
  package static let mirroredColumns: [Float] = [1, -1, -1, -1, 1, 1]

  /// Takes crops and channels from what the file declares; `path` is for messages.
  ///
  /// - Throws: ``FaceTrackingError/model(_:)``.
  init(_ part: Part, graph: Graph, path: String) throws(FaceTrackingError) {
    self.part = part
    self.graph = graph
    crops = graph.crops
    let isPair = crops.count == 2 && !crops[0].mirrored && crops[1].mirrored
    guard isPair || crops.count == 1 else {
      throw .model("\(path): \(crops.count) crops; declare one, or the left and the mirrored right one, in that order")
    }
    for landmark in crops.flatMap(\.landmarks) where landmark >= FaceNetworks.landmarkCount {
      throw .model("\(path): a crop lies at landmark \(landmark), there are \(FaceNetworks.landmarkCount)")
    }
    let names = try FaceNetworks.channelNames(of: graph, path: path)
    var channels: [[Blendshape]] = []
    for side in isPair ? ["Left", "Right"] : [""] {
      var row: [Blendshape] = []
      for name in names {
        guard let channel = Blendshape(name: name + side) ?? Blendshape(name: name) else {
          throw .model("\(path): “\(name)” is not one of the 52 blendshapes\(isPair ? " less its side" : "")")
        }
        row.append(channel)
      }
      channels.append(row)
    }
    self.channels = channels
    outputIndex = graph.outputs.firstIndex { $0.name == FaceNetworks.weightsOutput } ?? 0
    rotationIndex = graph.outputs.firstIndex { $0.name == FaceNetworks.rotationOutput }
    firstElements = graph.outputs.indices.map { graph.outputs[..<$0].reduce(0) { $0 + $1.range.count } }
    if let rotationIndex, graph.outputs[rotationIndex].range.count != 6 {
      throw .model("\(path): output “rotation” has \(graph.outputs[rotationIndex].range.count) elements, 6 are needed")
    }
  }
}
