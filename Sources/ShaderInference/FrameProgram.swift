import GLES
import NeuralGraph

/// All that the GPU does with a frame: the detector on the whole of it, or the window network and, placed by its landmarks
/// without leaving the GPU, the networks of the face's parts.
///
/// Made and used on its context's thread.
package protocol FrameProgram: AnyObject {
  /// Draws of a tracked frame.
  var passCount: Int { get }
  /// Draws of a detection.
  var detectorPassCount: Int { get }
  /// Bytes of tensors and weights.
  var memoryBytes: Int { get }
  /// Outputs of the right sizes, to be filled frame after frame.
  func makeOutputs() -> ShaderFrameProgram.Outputs
  /// A buffer for the detector's outputs.
  func makeDetectorOutputs() -> [Float]
  /// The frame that `track` and `detect` read.
  var luma: LumaTexture { get }
  /// Copies a frame's luma to the GPU, for the calls that follow.
  func upload(_ plane: LumaPlane) throws(ShaderError)
  /// Runs the window network and the local ones, and waits for their outputs.
  func track(window crop: CropTransform, into outputs: inout ShaderFrameProgram.Outputs) throws(ShaderError)
  /// Runs the detector on a part of the uploaded frame, usually all of it, and waits for its outputs.
  func detect(in crop: CropTransform, into outputs: inout [Float]) throws(ShaderError)
}

extension ShaderFrameProgram: FrameProgram {}

extension FrameProgram {
  /// Draws the passes of one tracked frame and of one detection on a grey frame: drivers compile at the first draw.
  /// Its edges are no powers of two, as a camera's aren't: llvmpipe compiles a shader for each of the two.
  func warmUp() throws(ShaderError) {
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
}

/// Chooses how a frame's networks run.
package enum FramePrograms {
  /// Side by side where all of their layers can, else one after the other.
  ///
  /// - Throws: ``ShaderError/network(name:problem:)`` where networks and crops don't fit each other, ``ShaderError/gl(_:)``
  ///   where the driver refuses something.
  package static func make(
    _ context: GLContext, _ networks: ShaderFrameProgram.Networks, options: ShaderOptions, programs: ProgramCache
  ) throws(ShaderError) -> any FrameProgram {
    do throws(ShaderError) {
      return try TiledFrameProgram(context, networks, options: options, programs: programs)
    } catch .network(let name, let problem) {
      guard options.hasFloats else { throw .network(name: name, problem: problem) }
      return try ShaderFrameProgram(context, networks, options: options)
    }
  }
}
