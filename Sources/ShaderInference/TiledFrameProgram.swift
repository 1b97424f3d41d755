import GLES
import NeuralGraph

/// Runs a frame's networks side by side, in as few passes as ``FramePlan`` finds.
///
/// `init` compiles and runs everything once, so that no frame waits for a compiler. A frame allocates nothing.
package final class TiledFrameProgram: FrameProgram {
  private let context: GLContext
  package let luma: LumaTexture
  private let tracking: FrameExecutor
  private let detector: FrameExecutor
  private let trackReadback: OutputReadback
  private let detectReadback: OutputReadback
  private var trackElements: [Float]
  private var detectElements: [Float]

  /// Plans, makes, compiles and warms up everything.
  ///
  /// - Throws: ``ShaderError/network(name:problem:)`` for networks that can't run side by side, ``ShaderError/gl(_:)`` where
  ///   the driver refuses something.
  package init(
    _ context: GLContext, _ networks: ShaderFrameProgram.Networks, options: ShaderOptions, programs: ProgramCache
  ) throws(ShaderError) {
    self.context = context
    luma = LumaTexture(context)
    let plan = try FramePlan(
      window: networks.window, locals: networks.locals.map { ($0.graph, $0.crops) }, options: options)
    let detectorPlan = try FramePlan(networks.detector, options: options)
    tracking = try FrameExecutor(plan, programs: programs)
    detector = try FrameExecutor(detectorPlan, programs: programs)
    trackReadback = try OutputReadback(context, tracking.sheet, packBuffers: options.packBuffers)
    detectReadback = try OutputReadback(context, detector.sheet, packBuffers: options.packBuffers)
    trackElements = [Float](repeating: 0, count: tracking.sheet.count)
    detectElements = [Float](repeating: 0, count: detector.sheet.count)
    try warmUp()
  }

  package var passCount: Int { tracking.plan.passCount }
  package var detectorPassCount: Int { detector.plan.passCount }
  package var memoryBytes: Int { tracking.plan.memoryBytes + detector.plan.memoryBytes }

  package func makeOutputs() -> ShaderFrameProgram.Outputs {
    func zeros(_ number: Int) -> [Float] { [Float](repeating: 0, count: tracking.outputCount(number)) }
    return ShaderFrameProgram.Outputs(
      window: zeros(0), locals: tracking.plan.outputs.indices.dropFirst().map(zeros))
  }

  package func makeDetectorOutputs() -> [Float] { [Float](repeating: 0, count: detector.outputCount(0)) }

  package func upload(_ plane: LumaPlane) throws(ShaderError) { try luma.upload(plane) }

  package func track(window crop: CropTransform, into outputs: inout ShaderFrameProgram.Outputs) throws(ShaderError) {
    context.apply(DrawState())
    tracking.draw(luma, window: crop)
    try trackReadback.submit()
    try trackReadback.finish(into: &trackElements)
    try check("the tracking passes")
    tracking.copyOutputs(0, from: trackElements, into: &outputs.window)
    for number in outputs.locals.indices {
      tracking.copyOutputs(number + 1, from: trackElements, into: &outputs.locals[number])
    }
  }

  package func detect(in crop: CropTransform, into outputs: inout [Float]) throws(ShaderError) {
    context.apply(DrawState())
    detector.draw(luma, window: crop)
    try detectReadback.submit()
    try detectReadback.finish(into: &detectElements)
    try check("the detector's passes")
    detector.copyOutputs(0, from: detectElements, into: &outputs)
  }

  private func check(_ place: StaticString) throws(ShaderError) {
    do { try context.checkErrors(place) } catch { throw .gl(error) }
  }
}
