import GLES
import NeuralGraph

/// All that the GPU does with a frame: the detector on the whole of it, or the window network and, placed by its
/// landmarks without leaving the GPU, the eye network on both eyes and the mouth network.
///
/// Made and used on its context's thread. `init` compiles and runs each network once, so that no frame waits for a
/// compiler; on software renderers that takes a second or two. A frame allocates nothing.
package final class ShaderFrameProgram {
  /// The networks and the crops they read.
  package struct Networks: Sendable {
    /// Reads the window; has the outputs `landmarks` and `correction` that place the other crops.
    package var window: Graph
    /// Reads both eyes, the right one mirrored.
    package var eye: Graph
    /// Where the subject's left eye is looked for.
    package var leftEye: LandmarkCrop
    /// Where the right eye is looked for; to be mirrored.
    package var rightEye: LandmarkCrop
    /// Reads the mouth, if that has a network of its own.
    package var mouth: (graph: Graph, crop: LandmarkCrop)?
    /// Reads the whole frame.
    package var detector: Graph

    /// All networks of a frame.
    package init(
      window: Graph, eye: Graph, leftEye: LandmarkCrop, rightEye: LandmarkCrop,
      mouth: (graph: Graph, crop: LandmarkCrop)?, detector: Graph
    ) {
      self.window = window
      self.eye = eye
      self.leftEye = leftEye
      self.rightEye = rightEye
      self.mouth = mouth
      self.detector = detector
    }
  }

  /// What the networks said of a frame, each in its graph's order of outputs, one range after the other.
  package struct Outputs: Sendable {
    /// The window network's.
    package var window: [Float]
    /// The eye network's, of the left eye.
    package var leftEye: [Float]
    /// The eye network's, of the right eye as seen in a mirror.
    package var rightEye: [Float]
    /// Empty without a mouth network.
    package var mouth: [Float]
  }

  /// A network with its crop.
  private struct Stage {
    let executor: ShaderExecutor
    let crop: CropPass

    func draw(_ luma: LumaTexture, _ window: CropTransform) {
      crop.draw(luma, window: window)
      executor.run()
    }
  }

  private let context: GLContext
  private let luma: LumaTexture
  private let window: Stage
  private let eye: Stage
  private let mouth: Stage?
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
    let eyePlan = try PassPlan(networks.eye, batch: 2, options: options)
    var mouthPlan: PassPlan?
    if let mouth = networks.mouth { mouthPlan = try PassPlan(mouth.graph, options: options) }
    let detectorPlan = try PassPlan(networks.detector, options: options)

    let eyeRow = windowPlan.rowsPerImage
    let mouthRow = eyeRow + 2 * eyePlan.rowsPerImage
    let sheet = try OutputSheet(
      context, rows: mouthRow + (mouthPlan?.rowsPerImage ?? 0), format: options.preciseFormat)
    let windowExecutor = try ShaderExecutor(windowPlan, sheet: sheet, programs: programs)
    window = Stage(
      executor: windowExecutor, crop: try CropPass(for: windowExecutor, placement: .given, programs: programs))
    func stage(_ plan: PassPlan, _ row: Int, _ crops: [LandmarkCrop]) throws(ShaderError) -> Stage {
      let executor = try ShaderExecutor(plan, sheet: sheet, firstRow: row, programs: programs)
      let placement = CropPass.Placement.landmarks(crops, window: windowExecutor, sheet: sheet)
      return Stage(executor: executor, crop: try CropPass(for: executor, placement: placement, programs: programs))
    }
    eye = try stage(eyePlan, eyeRow, [networks.leftEye, networks.rightEye])
    if let mouthPlan, let crop = networks.mouth?.crop {
      mouth = try stage(mouthPlan, mouthRow, [crop])
    } else {
      mouth = nil
    }

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

  /// Draws the passes of one tracked frame and of one detection on a grey frame: drivers compile at the first draw.
  /// Its edges are no powers of two, as a camera's aren't: llvmpipe compiles a shader for each of the two.
  private func warmUp() throws(ShaderError) {
    let grey = [UInt8](repeating: 128, count: 20 * 15)
    try grey.withUnsafeBufferPointer { (pixels) throws(ShaderError) in
      guard let first = pixels.baseAddress else { return }
      try upload(LumaPlane(pixels: first, width: 20, height: 15, stride: 20))
    }
    let middle = CropTransform(centre: SIMD2(10, 7.5), side: 15, roll: 0, mirrored: false)
    var outputs = makeOutputs()
    try track(window: middle, into: &outputs)
    var found = makeDetectorOutputs()
    try detect(in: middle, into: &found)
  }

  /// Outputs of the right sizes, to be filled frame after frame.
  package func makeOutputs() -> Outputs {
    func zeros(_ stage: Stage?) -> [Float] { [Float](repeating: 0, count: stage?.executor.plan.outputCount ?? 0) }
    return Outputs(window: zeros(window), leftEye: zeros(eye), rightEye: zeros(eye), mouth: zeros(mouth))
  }

  /// A buffer for the detector's outputs.
  package func makeDetectorOutputs() -> [Float] {
    [Float](repeating: 0, count: detector.executor.plan.outputCount)
  }

  /// Draws of a tracked frame, the crops' own aside; for `gurn probe`.
  package var passCount: Int {
    window.executor.plan.passCount + eye.executor.plan.passCount + (mouth?.executor.plan.passCount ?? 0)
  }

  /// Copies a frame's luma to the GPU, for the calls that follow.
  package func upload(_ plane: LumaPlane) throws(ShaderError) { try luma.upload(plane) }

  /// Runs the window network, the eye network on both eyes and the mouth network, and waits for their outputs.
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
    eye.draw(luma, crop)
    mouth?.draw(luma, crop)
    try trackReadback.submit()
  }

  /// Whether ``finish(into:)`` would not wait.
  package var isReady: Bool { trackReadback.isReady }

  /// Waits for the oldest submitted frame and copies its outputs.
  package func finish(into outputs: inout Outputs) throws(ShaderError) {
    try trackReadback.finish(into: &trackElements)
    try check("the tracking passes")
    window.executor.copyOutputs(ofImage: 0, from: trackElements, into: &outputs.window)
    eye.executor.copyOutputs(ofImage: 0, from: trackElements, into: &outputs.leftEye)
    eye.executor.copyOutputs(ofImage: 1, from: trackElements, into: &outputs.rightEye)
    mouth?.executor.copyOutputs(ofImage: 0, from: trackElements, into: &outputs.mouth)
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
