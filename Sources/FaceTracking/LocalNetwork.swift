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
    package var share: Float {
      switch self {
      case .mouth: 0.5
      case .eye, .brow: 1
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
  /// Where its elements begin when all outputs are laid one after the other.
  package let firstElement: Int

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
    firstElement = graph.outputs[..<outputIndex].reduce(0) { $0 + $1.range.count }
  }
}
