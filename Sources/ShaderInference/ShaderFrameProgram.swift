import GLES
import NeuralGraph

/// A frame's networks one after the other, each by its own ``PassPlan``: for those that ``FramePlan`` can't run side by side.
///
/// Made and used on its context's thread. `init` compiles and runs each network once, so that no frame waits for a
/// compiler; on software renderers that takes a second or two. A frame allocates nothing.
package final class ShaderFrameProgram {
  /// The networks and the crops they read.
  package struct Networks: Sendable {
    /// Reads the window; has the outputs `landmarks` and `correction` that place the other crops.
    package var window: Graph
    /// Read parts of the face.
    package var locals: [Local]
    /// Reads the whole frame.
    package var detector: Graph

    /// All networks of a frame.
    package init(window: Graph, locals: [Local], detector: Graph) {
      self.window = window
      self.locals = locals
      self.detector = detector
    }
  }

  /// A network that reads a part of the face, at one crop or at several in a batch.
  package struct Local: Sendable {
    package var graph: Graph
    /// Where it looks; at most ``CropPass/maximumBatch``.
    package var crops: [LandmarkCrop]

    /// A network with its crops.
    package init(graph: Graph, crops: [LandmarkCrop]) {
      self.graph = graph
      self.crops = crops
    }
  }

  /// What the networks said of a frame, each in its graph's order of outputs, one range after the other.
  package struct Outputs: Sendable {
    /// The window network's.
    package var window: [Float]
    /// The local networks': an array for each crop, network after network.
    package var locals: [[Float]]
  }

  /// A network with its crop.
  private struct Stage {
    let executor: ShaderExecutor
    let crop: CropPass

    var passCount: Int { crop.passCount + executor.plan.passCount }

    func draw(_ luma: LumaTexture, _ window: CropTransform) {
      crop.draw(luma, window: window)
      executor.run()
    }
  }

  private let context: GLContext
  package let luma: LumaTexture
  private let window: Stage
  private let locals: [Stage]
  private let detector: Stage
  private let trackReadback: OutputReadback
  private let detectReadback: OutputReadback
  private var trackElements: [Float]
  private var detectElements: [Float]

  /// Makes, compiles and warms up everything.
  ///
  /// - Throws: ``ShaderError/network(name:problem:)`` where networks and crops don't fit each other,
  ///   ``ShaderError/gl(_:)`` where the driver refuses something.
  package init(_ context: GLContext, _ networks: Networks, options: ShaderOptions) throws(ShaderError) {
    self.context = context
    luma = LumaTexture(context)
    let programs = ProgramCache(context)
    let windowPlan = try PassPlan(networks.window, options: options)
    var localPlans: [PassPlan] = []
    for local in networks.locals {
      localPlans.append(try PassPlan(local.graph, batch: local.crops.count, options: options))
    }
    let detectorPlan = try PassPlan(networks.detector, options: options)

    let rows = localPlans.reduce(windowPlan.rowsPerImage) { $0 + $1.batch * $1.rowsPerImage }
    let sheet = try OutputSheet(context, rows: rows, format: options.preciseFormat)
    let windowExecutor = try ShaderExecutor(windowPlan, sheet: sheet, programs: programs)
    window = Stage(
      executor: windowExecutor, crop: try CropPass(for: windowExecutor, placement: .given, programs: programs))
    func stage(_ plan: PassPlan, _ row: Int, _ crops: [LandmarkCrop]) throws(ShaderError) -> Stage {
      let executor = try ShaderExecutor(plan, sheet: sheet, firstRow: row, programs: programs)
      let placement = CropPass.Placement.landmarks(crops, window: windowExecutor, sheet: sheet)
      return Stage(executor: executor, crop: try CropPass(for: executor, placement: placement, programs: programs))
    }
    var row = windowPlan.rowsPerImage
    var locals: [Stage] = []
    for (local, plan) in zip(networks.locals, localPlans) {
      locals.append(try stage(plan, row, local.crops))
      row += plan.batch * plan.rowsPerImage
    }
    self.locals = locals

    let detectorSheet = try OutputSheet(context, rows: detectorPlan.rowsPerImage, format: options.preciseFormat)
    let detectorExecutor = try ShaderExecutor(detectorPlan, sheet: detectorSheet, programs: programs)
    detector = Stage(
      executor: detectorExecutor, crop: try CropPass(for: detectorExecutor, placement: .given, programs: programs))
    trackReadback = try OutputReadback(context, sheet, packBuffers: options.packBuffers)
    detectReadback = try OutputReadback(context, detectorSheet, packBuffers: options.packBuffers)
    trackElements = [Float](repeating: 0, count: sheet.count)
    detectElements = [Float](repeating: 0, count: detectorSheet.count)
    try warmUp()
  }

  /// Outputs of the right sizes, to be filled frame after frame.
  package func makeOutputs() -> Outputs {
    func zeros(_ stage: Stage) -> [Float] { [Float](repeating: 0, count: stage.executor.plan.outputCount) }
    return Outputs(
      window: zeros(window),
      locals: locals.flatMap { stage in [[Float]](repeating: zeros(stage), count: stage.executor.plan.batch) })
  }

  /// A buffer for the detector's outputs.
  package func makeDetectorOutputs() -> [Float] {
    [Float](repeating: 0, count: detector.executor.plan.outputCount)
  }

  /// Draws of a tracked frame.
  package var passCount: Int { locals.reduce(window.passCount) { $0 + $1.passCount } }
  /// Draws of a detection.
  package var detectorPassCount: Int { detector.passCount }
  /// Bytes of tensors and weights.
  package var memoryBytes: Int {
    locals.reduce(window.executor.plan.memoryBytes + detector.executor.plan.memoryBytes) {
      $0 + $1.executor.plan.memoryBytes
    }
  }

  /// Copies a frame's luma to the GPU, for the calls that follow.
  package func upload(_ plane: LumaPlane) throws(ShaderError) { try luma.upload(plane) }

  /// Runs the window network and the local ones, and waits for their outputs.
  package func track(window crop: CropTransform, into outputs: inout Outputs) throws(ShaderError) {
    try submit(window: crop)
    try finish(into: &outputs)
  }

  /// Frames that may be submitted before the first is finished: 2 with pack buffers, else 1.
  package var capacity: Int { trackReadback.capacity }

  /// Starts the networks on the uploaded frame and returns while the GPU works.
  ///
  /// For the least latency finish at once; to keep CPU and GPU busy side by side, submit the next frame before finishing
  /// this one, which makes outputs a frame late.
  package func submit(window crop: CropTransform) throws(ShaderError) {
    context.apply(DrawState())
    window.draw(luma, crop)
    for index in locals.indices { locals[index].draw(luma, crop) }
    try trackReadback.submit()
  }

  /// Whether ``finish(into:)`` would not wait.
  package var isReady: Bool { trackReadback.isReady }

  /// Waits for the oldest submitted frame and copies its outputs.
  package func finish(into outputs: inout Outputs) throws(ShaderError) {
    try trackReadback.finish(into: &trackElements)
    try check("the tracking passes")
    window.executor.copyOutputs(ofImage: 0, from: trackElements, into: &outputs.window)
    var slot = 0
    for index in locals.indices {
      for image in 0..<locals[index].executor.plan.batch {
        locals[index].executor.copyOutputs(ofImage: image, from: trackElements, into: &outputs.locals[slot])
        slot += 1
      }
    }
  }

  /// Runs the detector on a part of the uploaded frame, usually all of it, and waits for its outputs.
  package func detect(in crop: CropTransform, into outputs: inout [Float]) throws(ShaderError) {
    context.apply(DrawState())
    detector.draw(luma, crop)
    try detectReadback.submit()
    try detectReadback.finish(into: &detectElements)
    try check("the detector's passes")
    detector.executor.copyOutputs(ofImage: 0, from: detectElements, into: &outputs)
  }

  private func check(_ place: StaticString) throws(ShaderError) {
    do {
      try context.checkErrors(place)
    } catch {
      throw .gl(error)
    }
  }
}
