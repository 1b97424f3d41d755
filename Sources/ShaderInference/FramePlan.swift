import GLES
import NeuralGraph

/// What several networks become on the GPU together: layers of one kind run side by side in the same pass, whatever
/// network, image or group of channels they belong to. Plain data, made without a context.
///
/// It knows the layers that face networks are made of: convolutions, depthwise ones, sums after them, fully connected
/// layers. ``init(window:locals:options:)`` refuses others, which ``PassPlan`` runs one network at a time.
package struct FramePlan: Sendable {
  /// A texture or a uniform block to make.
  enum Planned: Sendable {
    /// Starts as zeros, so that its margins are.
    case tiles(TileSheet)
    /// Vectors, an image a row (or as many rows as it has slices).
    case vectors(columns: Int, rows: Int, format: Texture.Format)
    case weights(WeightTexture, format: Texture.Format)
    case uniforms([Float])
  }

  /// A crop of the frame to draw: of the network's own window, or where landmarks say.
  struct Crop: Sendable {
    var width: Int
    var height: Int
    /// Nil for the window itself.
    var place: LandmarkCrop?
  }

  /// Where the window network's `landmarks` and `correction` are found: texture, rows, first elements.
  struct LandmarkSource: Equatable, Sendable {
    var texture: Int
    var landmarksRow: Int
    var firstLandmark: Int
    var correctionRow: Int
    var firstCorrection: Int
  }

  /// The outputs of a network for one image of its batch: runs of elements of the sheet, in the graph's order of outputs.
  struct Outputs: Sendable {
    var network: Int
    var image: Int
    var runs: [Range<Int>]
  }

  /// As shaders know activations.
  enum ActivationCode: Int, Sendable {
    case none, relu, relu6, sigmoid, elu

    init(_ activation: Activation) { self = ActivationCode(rawValue: Int(activation.rawValue)) ?? .none }
  }

  /// What it was planned for.
  package let options: ShaderOptions
  /// The networks' names.
  package let networks: [String]
  var textures: [Planned] = []
  var passes: [FramePass] = []
  /// The vectors that are read back.
  var sheet = 0
  var outputs: [Outputs] = []
  var landmarks: LandmarkSource?

  /// Draws a frame.
  package var passCount: Int { passes.count }
  /// Bytes of all textures and uniform blocks.
  package var memoryBytes: Int {
    textures.reduce(0) { sum, planned in
      switch planned {
      case .tiles(let tiles): sum + tiles.width * tiles.height * tiles.layers * tiles.format.texelBytes
      case .vectors(let columns, let rows, let format): sum + columns * rows * format.texelsABlock * format.texelBytes
      case .weights(let weights, let format):
        sum + weights.width * weights.height * weights.layers.count * format.texelBytes
      case .uniforms(let floats): sum + floats.count * MemoryLayout<Float>.stride
      }
    }
  }

  /// Plans a frame: the window network at a given crop, then the local ones, all side by side, at the crops that its
  /// outputs `landmarks` and `correction` place.
  ///
  /// - Throws: ``ShaderError/network(name:problem:)`` for a layer that can't run side by side with others, or where networks
  ///   and crops don't fit each other.
  package init(
    window: Graph, locals: [(graph: Graph, crops: [LandmarkCrop])], options: ShaderOptions
  ) throws(ShaderError) {
    self.options = options
    networks = [window.name] + locals.map(\.graph.name)
    var planner = FramePlanner(options, graphs: [window] + locals.map(\.graph))
    try planner.add(window, crops: [nil])
    var needed: [Int] = []
    if !locals.isEmpty {
      for name in ["landmarks", "correction"] {
        guard let output = window.output(named: name) else {
          throw .network(
            name: window.name, problem: "crops are placed by its outputs landmarks and correction; it lacks one")
        }
        needed.append(output.value)
      }
    }
    try planner.planInputs(0..<1)
    try planner.run(until: needed)
    if !locals.isEmpty {
      for local in locals { try planner.add(local.graph, crops: local.crops) }
      landmarks = try planner.landmarkSource()
      try planner.planInputs(1..<locals.count + 1)
    }
    try planner.run(until: nil)
    try planner.planOutputs()
    textures = planner.textures
    passes = planner.passes
    sheet = planner.sheet
    outputs = planner.outputs
  }

  /// Plans one network alone, at a crop that is given.
  package init(_ graph: Graph, options: ShaderOptions) throws(ShaderError) {
    try self.init(window: graph, locals: [], options: options)
  }
}
