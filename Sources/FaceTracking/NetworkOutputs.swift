import FaceCore
import NeuralGraph

/// The outputs of the tracking networks for one frame, as flat arrays that are allocated once and overwritten.
package struct NetworkOutputs: Sendable {
  /// 70 points, x and y in turn, −1…1 across the window, y down.
  package var landmarks: [Float]
  /// The first two columns of the rotation matrix, not yet orthonormal; from the head to the window's own frame. After
  /// ``InferenceBackend/refine(_:into:)`` the window network's summand alone, after `track` the sum of all networks'.
  package var rotation: [Float]
  /// How far the window is off: dx, dy (fractions of its side along its own axes), logarithm of the side, roll in radians.
  package var correction: [Float]
  /// The logit of “this window holds a face”.
  package var confidence: Float
  /// The window network's own weights, in its own order.
  package var windowWeights: [Float]
  /// The weights of each local network, in its own order: an array for each of its crops, network after network.
  package var locals: [[Float]]

  package init(networks: FaceNetworks) {
    landmarks = .init(repeating: 0, count: 140)
    rotation = .init(repeating: 0, count: 6)
    correction = .init(repeating: 0, count: 4)
    confidence = 0
    windowWeights = .init(repeating: 0, count: networks.windowChannels.count)
    locals = networks.locals.flatMap(\.channels).map { .init(repeating: 0, count: $0.count) }
  }

  /// Adds a local network's summand of the rotation: six elements.
  mutating func add(rotation summand: UnsafeBufferPointer<Float>, mirrored: Bool) {
    precondition(
      summand.count == rotation.count, "a rotation of \(summand.count) elements instead of \(rotation.count)")
    for index in rotation.indices {
      rotation[index] += mirrored ? summand[index] * LocalNetwork.mirroredColumns[index] : summand[index]
    }
  }
}

/// A way to run the networks: SIMD on the CPU, or shaders. Used from one thread only.
package protocol InferenceBackend: AnyObject {
  /// Such as `simd (avx512)` or `gl (Mesa Intel …)`.
  var name: String { get }

  /// Takes a frame for the calls that follow; the plane must stay valid until the next `load`.
  func load(_ luma: LumaPlane) throws(FaceTrackingError)

  /// Whether frames can be read from a camera's buffers.
  var frameImport: FrameImport { get }

  /// Takes a frame where the camera's driver left it, for the calls that follow; false where it has to be copied.
  ///
  /// The buffer must be held until the last of these calls has returned: each waits for its outputs, and so for the GPU.
  func load(_ buffer: CameraBuffer) throws(FaceTrackingError) -> Bool

  /// Lets go of the buffers of cameras that are closed; until then their memory is not free.
  func dropRetiredBuffers()

  /// Runs the detector on the whole frame and leaves its map in `map`: channels × rows × columns.
  func detect(into map: inout [Float]) throws(FaceTrackingError)

  /// Runs the window network alone: landmarks, rotation, correction, confidence and its weights.
  func refine(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError)

  /// Runs the window network and, at the crops that its landmarks give, the local networks.
  func track(_ window: CropTransform, into outputs: inout NetworkOutputs) throws(FaceTrackingError)
}

/// On the CPU frames are copied, so that the camera has its buffer back while the networks run.
extension InferenceBackend {
  package var frameImport: FrameImport { .refused("the networks run on the CPU") }

  package func load(_ buffer: CameraBuffer) throws(FaceTrackingError) -> Bool { false }

  package func dropRetiredBuffers() {}
}
