import FaceCore
import Foundation
import NeuralGraph

/// A set of networks, read from one folder and checked to be what the tracker expects.
///
/// Sizes of inputs, channels and crops are what the files declare. Detector and window network have to be there, the local
/// ones may be.
package struct FaceNetworks: Sendable {
  /// The 68 landmarks of Multi-PIE and two irises.
  package static let landmarkCount = 70
  /// The output of the weights.
  static let weightsOutput = "blendshapes"
  /// The output of the rotation's first two columns; a local network's are a summand.
  static let rotationOutput = "rotation"

  /// `detector.gurn`: the whole frame → a map of face candidates.
  package let detector: Graph
  /// How the detector's output is read.
  package let detectionMap: DetectionMap
  /// `window.gurn`: a face window → landmarks, rotation, correction, confidence, weights.
  package let window: Graph
  /// The channels of the window network's weights, in its order.
  package let windowChannels: [Blendshape]
  /// `mouth.gurn`, `eye.gurn`, `brow.gurn`, as far as the folder has them.
  package let locals: [LocalNetwork]

  /// Reads the networks from a folder.
  ///
  /// - Throws: ``FaceTrackingError/model`` naming the file and what is wrong with it.
  package init(folder: String) throws(FaceTrackingError) {
    let detectorPath = folder + "/detector.gurn"
    detector = try Self.read(detectorPath, outputs: ["map": nil])
    detectionMap = try DetectionMap(detector: detector, path: detectorPath)
    let windowPath = folder + "/window.gurn"
    window = try Self.read(
      windowPath,
      outputs: [
        "landmarks": 2 * Self.landmarkCount, Self.rotationOutput: 6, "correction": 4, "confidence": 1,
        Self.weightsOutput: nil,
      ])
    var channels: [Blendshape] = []
    for name in try Self.channelNames(of: window, path: windowPath) {
      guard let channel = Blendshape(name: name) else {
        throw .model("\(windowPath): “\(name)” is not one of the 52 blendshapes")
      }
      channels.append(channel)
    }
    windowChannels = channels
    var locals: [LocalNetwork] = []
    for part in LocalNetwork.Part.allCases {
      let path = folder + "/" + part.rawValue + ".gurn"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      locals.append(
        try LocalNetwork(part, graph: Self.read(path, outputs: [Self.weightsOutput: nil]), path: path))
    }
    self.locals = locals
    let known = Set(channels + locals.flatMap(\.channels).joined())
    let missing = Blendshape.allCases.filter { !known.contains($0) }.map(\.name)
    guard missing.isEmpty else {
      throw .model("\(folder): no network says anything of \(missing.joined(separator: ", "))")
    }
  }

  /// The names of the weights, each once.
  static func channelNames(of graph: Graph, path: String) throws(FaceTrackingError) -> [String] {
    let names = graph.output(named: weightsOutput)?.elementNames ?? []
    guard !names.isEmpty else { throw .model("\(path): its output “\(weightsOutput)” names no channels") }
    guard Set(names).count == names.count else { throw .model("\(path): names a channel twice") }
    return names
  }

  private static func read(_ path: String, outputs: [String: Int?]) throws(FaceTrackingError) -> Graph {
    let graph: Graph
    do { graph = try ModelFile.read(path) } catch { throw .model("\(error)") }
    guard graph.input.shape.channels == 1 else {
      throw .model("\(path): reads \(graph.input.shape.channels) channels, a crop of the luma plane has one")
    }
    for (output, count) in outputs.sorted(by: { $0.key < $1.key }) {
      guard let found = graph.output(named: output) else { throw .model("\(path): has no output “\(output)”") }
      if let count, found.range.count != count {
        throw .model("\(path): output “\(output)” has \(found.range.count) elements, \(count) are needed")
      }
    }
    return graph
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
