import FaceCore
import Foundation
import NeuralGraph

@testable import FaceTracking

/// Sets of networks that cost nothing and say what a test wants.
struct TinySet {
  let folder = FileManager.default.temporaryDirectory.appending(path: "gurn-set-\(UUID().uuidString)")

  /// Runs a test with a set of a detector and a window network that says `windowSays` of every channel.
  static func with(windowSays: Float = 0.25, _ body: (TinySet) throws -> Void) throws {
    let set = TinySet()
    try FileManager.default.createDirectory(at: set.folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: set.folder) }
    try set.write("detector", detector())
    try set.write("window", window(edge: 32, says: windowSays, of: Blendshape.allCases.map(\.name)))
    try body(set)
  }

  func networks() throws -> FaceNetworks { try FaceNetworks(folder: folder.path) }

  func write(_ name: String, _ graph: Graph) throws {
    try ModelFile.write(graph, to: folder.appending(path: name + ".gurn").path)
  }

  /// A detector of `halvings` layers, its map all `score`.
  static func detector(width: Int = 64, height: Int = 48, halvings: Int = 3, score: Float = -4) -> Graph {
    var graph = empty("detector", width: width, height: height)
    var channels = 1
    for layer in 0..<halvings {
      let count = 5 * channels * 9
      let start = graph.weights.count
      graph.weights += [Float](repeating: 0, count: count) + [score, 0, 0, 0, 0]
      graph.nodes.append(
        .init(
          name: "layer \(layer)",
          operation: .convolution(
            outputChannels: 5, kernel: 3, stride: 2, weights: .init(offset: start, count: count),
            bias: .init(offset: start + count, count: 5), activation: .none), inputs: [layer]))
      channels = 5
    }
    let cells = ((width - 1) >> halvings + 1) * ((height - 1) >> halvings + 1)
    graph.outputs = [.init(name: "map", unit: "", value: halvings, range: 0..<5 * cells, elementNames: [])]
    return graph
  }

  /// A window network that finds all landmarks in the middle and the window right.
  static func window(edge: Int, says value: Float, of channels: [String]) -> Graph {
    let geometry = [Float](repeating: 0, count: 140) + [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 5]
    let says = [Float](repeating: value, count: channels.count)
    var graph = constant("window", edge: edge, says: geometry + says)
    let ranges = [
      ("landmarks", 0..<140), ("rotation", 140..<146), ("correction", 146..<150), ("confidence", 150..<151),
    ]
    graph.outputs = ranges.map { .init(name: $0.0, unit: "", value: 2, range: $0.1, elementNames: []) }
    graph.outputs.append(
      .init(name: "blendshapes", unit: "weight", value: 2, range: 151..<151 + channels.count, elementNames: channels))
    return graph
  }

  /// Crops like those that are trained: both eyes, or the mouth.
  static let eyes = [
    LandmarkCrop(landmarks: Array(42..<48), offset: -0.35, sideFactor: 0.38, mirrored: false),
    LandmarkCrop(landmarks: Array(36..<42), offset: -0.35, sideFactor: 0.38, mirrored: true),
  ]
  static let mouth = [LandmarkCrop(landmarks: Array(48..<60), offset: 0.02, sideFactor: 0.46, mirrored: false)]

  /// A local network that says of its channels what stands beside them, and a little of what it sees; perhaps a summand of the
  /// rotation too.
  static func local(
    _ name: String, edge: Int, says: KeyValuePairs<String, Float>, turning: [Float] = [], seeing: Float = 0,
    crops: [LandmarkCrop]
  ) -> Graph {
    var graph = constant(name, edge: edge, says: says.map(\.value) + turning, seeing: seeing)
    graph.outputs = [
      .init(name: "blendshapes", unit: "weight", value: 2, range: 0..<says.count, elementNames: says.map(\.key))
    ]
    if !turning.isEmpty {
      let range = says.count..<says.count + turning.count
      graph.outputs.append(.init(name: "rotation", unit: "columns, summand", value: 2, range: range, elementNames: []))
    }
    graph.crops = crops
    return graph
  }

  private static func empty(_ name: String, width: Int, height: Int) -> Graph {
    Graph(
      name: name,
      input: .init(
        name: "luma", shape: TensorShape(channels: 1, height: height, width: width), normalization: .none),
      nodes: [], outputs: [], weights: [])
  }

  private static func constant(_ name: String, edge: Int, says: [Float], seeing: Float = 0) -> Graph {
    var graph = empty(name, width: edge, height: edge)
    graph.weights = [Float](repeating: seeing, count: says.count) + says
    let (weights, bias) = (
      WeightRange(offset: 0, count: says.count), WeightRange(offset: says.count, count: says.count)
    )
    graph.nodes = [
      .init(name: "mean", operation: .globalAveragePool, inputs: [0]),
      .init(
        name: "says",
        operation: .fullyConnected(outputs: says.count, weights: weights, bias: bias, activation: .none), inputs: [1]),
    ]
    return graph
  }
}
