import GLES
import NeuralGraph

/// Plans several networks side by side, as a list scheduler does: of all layers whose inputs are there, the one that most
/// others wait for leads a pass, and all that can share it join.
struct FramePlanner {
  /// A network in the making.
  struct Lane {
    let graph: Graph
    let shapes: [TensorShape]
    let crops: [LandmarkCrop?]
    let layers: [FusedLayer]
    /// For each layer, how many layers wait for it, one after the other.
    let depths: [Int]
    var isDone: [Bool]
    /// Where each value lies, once it is made.
    var places: [Int: TilePlace] = [:]
    /// The images' first numbers among those whose light is measured together.
    var firstCell = 0
    var batch: Int { crops.count }

    func slice(_ range: WeightRange) -> ArraySlice<Float> {
      graph.weights[range.offset..<range.offset + range.count]
    }
  }

  /// A layer of a lane.
  struct Item: Equatable {
    var lane: Int
    var layer: Int
  }

  /// What layers of one pass have in common.
  struct Key: Equatable {
    var shader: ShaderFile
    var kernel = 1
    var stride = 1
    var activation = Activation.none
    var residual: Activation?
    var depthwise: Activation?
    var source: Int
    var residualSource: Int?
    var isLight = false
  }

  let options: ShaderOptions
  var lanes: [Lane] = []
  var textures: [FramePlan.Planned] = []
  var passes: [FramePass] = []
  var outputs: [FramePlan.Outputs] = []
  /// By how many layers still follow: vectors' textures, so that no pass reads what it writes.
  var vectors: [Int: Int] = [:]
  /// The texture of the moments of the light, of each stage.
  var cells: [Int: Int] = [:]
  /// The width of textures of vectors: what the widest of them takes.
  let columns: Int

  init(_ options: ShaderOptions, graphs: [Graph]) {
    self.options = options
    let widest = graphs.flatMap(\.nodes).map { node in
      if case .fullyConnected(let outputs, _, _, _) = node.operation { (outputs + 3) / 4 } else { 1 }
    }
    columns = max(PassPlan.sheetColumns, widest.max() ?? 1)
  }

  /// Blocks that a pass can write.
  var mostBlocks: Int { max(1, options.targets / options.tensorFormat.texelsABlock) }

  /// Takes a network, with a crop for each image of its batch (nil: the frame's window).
  mutating func add(_ graph: Graph, crops: [LandmarkCrop?]) throws(ShaderError) {
    let shapes: [TensorShape]
    do { shapes = try graph.validated() } catch { throw .graph(error) }
    guard shapes[0].channels == 1, !crops.isEmpty else {
      throw .network(name: graph.name, problem: "input \(shapes[0]), \(crops.count) crops; crops have one channel")
    }
    // A depthwise layer is computed again for each group that reads it, which still costs less than a pass of its own.
    let layers = FusedLayer.layers(of: graph, targets: 6 * mostBlocks)
    var depths = [Int](repeating: 0, count: layers.count)
    for (index, layer) in layers.enumerated().reversed() {
      for (source, other) in layers.enumerated() where Self.sources(of: layer, graph).contains(other.result) {
        depths[source] = max(depths[source], depths[index] + 1)
      }
    }
    for layer in layers { try Self.check(layer, graph) }
    lanes.append(
      Lane(
        graph: graph, shapes: shapes, crops: crops, layers: layers, depths: depths,
        isDone: [Bool](repeating: false, count: layers.count)))
  }

  /// The values that a layer reads.
  static func sources(of layer: FusedLayer, _ graph: Graph) -> [Int] {
    [source(of: layer, graph)] + (layer.residual.map { [$0.value] } ?? [])
  }

  static func source(of layer: FusedLayer, _ graph: Graph) -> Int {
    graph.nodes[layer.depthwise?.node ?? layer.node].inputs.first ?? 0
  }

  private static func check(_ layer: FusedLayer, _ graph: Graph) throws(ShaderError) {
    let node = graph.nodes[layer.node]
    let isInput = source(of: layer, graph) == 0
    if case .convolution = node.operation, !isInput || layer.depthwise == nil { return }
    if case .depthwiseConvolution = node.operation, !isInput { return }
    if case .fullyConnected = node.operation, !isInput { return }
    throw .network(name: graph.name, problem: "node “\(node.name)” can't run side by side with other networks' layers")
  }

  /// Draws the crops of some networks into one texture, and measures their light.
  mutating func planInputs(_ range: Range<Int>) throws(ShaderError) {
    let format = options.preciseFormat
    var sheet = TileSheet(group: 1, format: format)
    let texture = textures.count
    var crops: [FramePass.Tile] = []
    var measured: [FramePass.Tile] = []
    var slots: [FramePlan.Crop] = []
    let edge = ShaderFile.cellsAnEdge
    for lane in range {
      let shape = lanes[lane].shapes[0]
      lanes[lane].firstCell = crops.count
      var corners: [SIMD2<Int>] = []
      for crop in lanes[lane].crops {
        let corner = sheet.place(width: shape.width, height: shape.height, groups: 1)
        corners.append(corner)
        measured.append(
          FramePass.Tile(
            SIMD2(crops.count * edge, 0), width: edge, height: edge, SIMD4(Float(corner.x), Float(corner.y), 0, 0),
            SIMD4(Float(shape.width), Float(shape.height), 0, 0), network: lane))
        crops.append(
          FramePass.Tile(
            corner, width: shape.width, height: shape.height, SIMD4(Float(crops.count), 0, 0, 0),
            network: lane))
        slots.append(FramePlan.Crop(width: shape.width, height: shape.height, place: crop))
      }
      lanes[lane].places[0] = TilePlace(
        texture: texture, corners: corners, pitch: 0, group: 1, width: shape.width, height: shape.height, blocks: 1)
    }
    let names = range.map { lanes[$0].graph.name }
    textures.append(.tiles(sheet))
    let isPlaced = slots.contains { $0.place != nil }
    var defines = format.storageDefines
    if isPlaced {
      defines["LANDMARKS"] = ""
      defines["MAXIMUM_LANDMARKS"] = "\(CropPass.maximumLandmarks)"
      defines["MAXIMUM_CROPS"] = "\(FrameExecutor.maximumCrops)"
    }
    passes.append(
      FramePass(
        names: names.map { "crop for \($0)" }, shader: .tileCrop, defines: defines, inputs: [:], target: texture,
        blocks: 1, tiles: crops, crops: slots))
    guard range.contains(where: { lanes[$0].graph.input.normalization == .meanVariance }) else { return }
    cells[texture] = textures.count
    textures.append(.vectors(columns: edge * crops.count, rows: edge, format: format))
    passes.append(
      FramePass(
        names: names.map { "light of \($0)" }, shader: .tileCells, defines: format.storageDefines,
        inputs: [.source: texture], target: textures.count - 1, blocks: 1, tiles: measured))
  }

  /// Plans passes until some values of the first network are made; nil for all there is.
  mutating func run(until needed: [Int]?) throws(ShaderError) {
    while needed.map({ $0.contains { lanes[0].places[$0] == nil } }) ?? true {
      let ready = readyItems()
      guard let leader = ready.max(by: { depth($0) < depth($1) }) else { return }
      let key = try key(of: leader)
      var items: [Item] = []
      for item in ready where try self.key(of: item) == key { items.append(item) }
      try plan(items, key)
      for item in items { lanes[item.lane].isDone[item.layer] = true }
    }
  }

  private func depth(_ item: Item) -> Int { lanes[item.lane].depths[item.layer] }

  private func readyItems() -> [Item] {
    lanes.indices.flatMap { lane in
      lanes[lane].layers.indices.compactMap { layer in
        let lanes = lanes[lane]
        let isReady =
          !lanes.isDone[layer]
          && Self.sources(of: lanes.layers[layer], lanes.graph).allSatisfy { lanes.places[$0] != nil }
        return isReady ? Item(lane: lane, layer: layer) : nil
      }
    }
  }

  private func key(of item: Item) throws(ShaderError) -> Key {
    let lane = lanes[item.lane]
    let layer = lane.layers[item.layer]
    let value = Self.source(of: layer, lane.graph)
    guard let source = lane.places[value] else { preconditionFailure("a layer is planned before its source") }
    var key = Key(shader: .tileDense, source: source.texture)
    let operation = lane.graph.nodes[layer.node].operation
    if case .fullyConnected = operation { return key }
    guard !source.isVector else {
      throw .network(
        name: lane.graph.name, problem: "a convolution after a fully connected layer can't run side by side")
    }
    key.activation = layer.activation
    key.residual = layer.residual?.activation
    key.residualSource = layer.residual.flatMap { lane.places[$0.value]?.texture }
    key.isLight = value == 0
    if case .convolution(_, let kernel, let stride, _, _, _) = operation {
      key.shader = .tileConvolution
      key.kernel = kernel
      key.stride = stride
      if let depthwise = layer.depthwise {
        key.depthwise = depthwise.activation
        key.stride = Self.stride(of: lane.graph.nodes[depthwise.node].operation)
      }
    } else {
      key.shader = .tileDepthwise
      key.stride = Self.stride(of: operation)
    }
    return key
  }

  private static func stride(of operation: Operator) -> Int {
    if case .depthwiseConvolution(let stride, _, _, _) = operation { return stride }
    return 1
  }

  private mutating func plan(_ items: [Item], _ key: Key) throws(ShaderError) {
    switch key.shader {
    case .tileDense: planDense(items, key)
    default: planTiles(items, key)
    }
  }
}
