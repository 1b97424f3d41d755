import CSIMDKernels
import NeuralGraph

/// Runs a graph on the CPU with vector instructions, for a batch of images at a time.
///
/// Everything is planned and allocated by `init`; a run allocates nothing. An executor may be used by one thread at a time.
package final class SIMDExecutor {
  /// The most images of a batch.
  package static let maximumBatch = 64

  /// The graph that is run.
  package let graph: Graph
  /// The images that one run takes at most.
  package let batch: Int
  /// The instructions that are used.
  package let instructionSet: InstructionSet

  /// Bytes of values, packed weights and results.
  package let memoryBytes: Int

  let kernels: UnsafePointer<gurn_kernels>
  let layers: UnsafeMutableBufferPointer<gurn_layer>
  /// The node that each layer computes.
  let nodes: [Int]
  private let values: FloatArena
  private let weights: FloatArena
  /// The normalised crops of the input pass, C, H, W, image after image.
  private let crops: FloatArena
  private let results: FloatArena
  private let inputShape: TensorShape
  private let inputTensor: gurn_tensor
  private let outputs: [ResultCopy]
  private let general: GeneralStorage

  /// An output's place in the values and in the results.
  private struct ResultCopy {
    let tensor: gurn_tensor
    let shape: TensorShape
    let range: Range<Int>
    /// Where the first image's elements stand in the results; the next image's follow.
    let offset: Int
  }

  /// `instructionSet` is for tests and measurements; the fastest one is taken without it.
  package init(_ graph: Graph, batch: Int = 1, instructionSet: InstructionSet = .best) throws(SIMDError) {
    let plan = try SIMDPlan(graph, batch: batch)
    self.graph = graph
    self.batch = batch
    self.instructionSet = instructionSet
    kernels = instructionSet.kernels
    inputShape = plan.shapes[0]
    values = FloatArena(count: plan.size)
    crops = FloatArena(count: batch * inputShape.count)
    let base = values.base

    func tensor(_ value: Int) -> gurn_tensor {
      guard let offset = plan.offsets[value] else { preconditionFailure("value \(value) is kept nowhere") }
      let geometry = plan.geometries[value]
      return gurn_tensor(
        data: base + offset, width: geometry.width, height: geometry.height, pitch: geometry.pitch,
        row: geometry.row, image_stride: geometry.image)
    }
    inputTensor = tensor(0)
    var resultCount = 0
    outputs = graph.outputs.map { output in
      defer { resultCount += batch * output.range.count }
      return ResultCopy(
        tensor: tensor(output.value), shape: plan.shapes[output.value], range: output.range, offset: resultCount)
    }
    results = FloatArena(count: resultCount)
    layers = .allocate(capacity: plan.steps.count)
    _ = layers.initialize(from: plan.steps.map { Self.layer($0, values: base) })
    nodes = plan.steps.map(\.node)
    general = GeneralStorage(plan, graph.weights, layers)
    let weightCount = Self.pack(plan, kernels, layers, into: nil)
    weights = FloatArena(count: weightCount)
    memoryBytes = 4 * (plan.size + plan.runs.size + weightCount + resultCount + batch * inputShape.count)
    _ = Self.pack(plan, kernels, layers, into: weights.base)
  }

  deinit { layers.deallocate() }

  /// Runs the first `images` (all of the batch without it) of `input`: normalised elements in C, H, W order, image after image.
  package func run(input: UnsafePointer<Float>, images: Int? = nil) {
    let images = images ?? batch
    precondition((1...batch).contains(images), "\(images) images do not fit a batch of \(batch)")
    for image in 0..<images { load(input + image * inputShape.count, image: image) }
    for index in layers.indices { kernels.pointee.run(layers.baseAddress! + index, images) }
    // By index: an array's iterator allocates in unoptimised builds.
    for index in outputs.indices {
      for image in 0..<images { store(outputs[index], image: image) }
    }
  }

  /// Takes the network's input from crops of a luma plane, one for each image of the batch or of its beginning, and runs.
  ///
  /// The graph's input has one channel.
  package func run(_ plane: LumaPlane, crops transforms: UnsafeBufferPointer<CropTransform>) {
    precondition(inputShape.channels == 1, "a luma crop has one channel, the graph reads \(inputShape)")
    precondition((1...batch).contains(transforms.count), "\(transforms.count) crops do not fit a batch of \(batch)")
    for image in transforms.indices {
      LumaCrop.fill(
        crops.base + image * inputShape.count, width: inputShape.width, height: inputShape.height, from: plane,
        crop: transforms[image], normalization: graph.input.normalization, instructionSet: instructionSet)
    }
    run(input: crops.base, images: transforms.count)
  }

  /// The elements of the graph's output of that index, for one image of the last run; valid until the next one.
  package func output(_ index: Int, image: Int = 0) -> UnsafeBufferPointer<Float> {
    precondition((0..<batch).contains(image), "image \(image) is not one of a batch of \(batch)")
    let output = outputs[index]
    return UnsafeBufferPointer(
      start: results.base + output.offset + image * output.range.count, count: output.range.count)
  }

  private func load(_ source: UnsafePointer<Float>, image: Int) {
    guard let data = inputTensor.data else { return }
    let target = data + image * inputTensor.image_stride
    let width = inputShape.width
    for channel in 0..<inputShape.channels {
      for y in 0..<inputShape.height {
        let from = source + (channel * inputShape.height + y) * width
        let to = target + y * inputTensor.row + channel
        if inputTensor.pitch == 1 {
          to.update(from: from, count: width)
        } else {
          for x in 0..<width { to[x * inputTensor.pitch] = from[x] }
        }
      }
    }
  }

  private func store(_ output: ResultCopy, image: Int) {
    guard let data = output.tensor.data else { return }
    let source = data + image * output.tensor.image_stride
    let target = results.base + output.offset + image * output.range.count
    let area = output.shape.height * output.shape.width
    var (channel, pixel) = output.range.lowerBound.quotientAndRemainder(dividingBy: area)
    for index in 0..<output.range.count {
      let (y, x) = pixel.quotientAndRemainder(dividingBy: output.shape.width)
      target[index] = source[y * output.tensor.row + x * output.tensor.pitch + channel]
      pixel += 1
      if pixel == area { (pixel, channel) = (0, channel + 1) }
    }
  }

  private static func layer(_ step: SIMDPlan.Step, values: UnsafeMutablePointer<Float>) -> gurn_layer {
    var layer = step.layer
    layer.input.data = values + step.input
    layer.output.data = values + step.output
    layer.second.data = step.second.map { values + $0 }
    return layer
  }

  /// Packs all weights, each layer's from a cache line's start, or only counts the floats that this takes.
  ///
  /// A layer learns in passing how its weights are stored.
  private static func pack(
    _ plan: SIMDPlan, _ kernels: UnsafePointer<gurn_kernels>, _ layers: UnsafeMutableBufferPointer<gurn_layer>,
    into target: UnsafeMutablePointer<Float>?
  ) -> Int {
    plan.graph.weights.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return 0 }
      var size = 0
      for (index, step) in plan.steps.enumerated() {
        guard let packing = step.packing else { continue }
        let layer = layers.baseAddress! + index
        let count = kernels.pointee.pack(
          layer, packing.inputChannels, packing.outputChannels, base + packing.weights.offset,
          base + packing.bias.offset, target.map { $0 + size })
        layer.pointee.weights = target.map { UnsafePointer($0 + size) }
        size += (count + 15) / 16 * 16
      }
      return size
    }
  }
}
