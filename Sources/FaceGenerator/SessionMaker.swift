import FaceCore
import Foundation
import GLES

/// Renders a session: one person who speaks, winks and turns the head before a webcam, with the truth of each frame.
///
/// The person is blended from composite textures, each the mean of four people: nobody can be recognised. One thread.
package final class SessionMaker {
  package let width: Int
  package let height: Int
  private let assets: FaceAssets
  private let renderer: FaceRenderer
  private let play: any SessionPlay
  private let setting: SessionSetting
  private let measure: FaceMeasure
  private let focalLength: Float
  /// How far the body moves to the right until nothing of it is in the picture, centimetres.
  private let wayOut: Float
  private var camera: SessionCamera
  /// Rendered at twice the size and averaged.
  private static let oversampling = 2

  /// The demo's person; `seed` chooses who it is, the light and the room.
  package convenience init(
    assets: FaceAssets, width: Int, height: Int, seed: UInt64, script: SessionScript
  ) throws {
    try self.init(
      assets: assets, width: width, height: height, play: script, setting: .demo(assets, seed: seed), seed: seed)
  }

  /// A person, camera, light and performance drawn from the seed of `plan`.
  package convenience init(assets: FaceAssets, width: Int, height: Int, plan: SessionPlan) throws {
    try self.init(
      assets: assets, width: width, height: height,
      play: RandomScript(seed: plan.seed, seconds: plan.seconds, leaves: plan.leaves),
      setting: .drawn(assets, plan: plan, width: width), seed: plan.seed)
  }

  /// As ``init(assets:width:height:plan:)``, with another performance.
  package convenience init(
    assets: FaceAssets, width: Int, height: Int, plan: SessionPlan, play: any SessionPlay
  ) throws {
    try self.init(
      assets: assets, width: width, height: height, play: play,
      setting: .drawn(assets, plan: plan, width: width), seed: plan.seed)
  }

  private init(
    assets: FaceAssets, width: Int, height: Int, play: any SessionPlay, setting: SessionSetting, seed: UInt64
  ) throws {
    self.width = width
    self.height = height
    self.assets = assets
    self.play = play
    self.setting = setting
    renderer = try FaceRenderer(
      assets: assets, context: GLContext(), width: width * Self.oversampling, height: height * Self.oversampling)
    measure = setting.measure(assets)
    focalLength = Float(width * Self.oversampling) / (2 * tan(setting.halfView))
    wayOut = abs(setting.neck.z) * tan(setting.halfView) + 45
    camera = SessionCamera(setting.camera, seed: seed)
  }

  /// What is worth knowing of the person and the light when figures are grouped.
  package var traits: SessionTraits { SessionTraits(setting.scene, measure: measure, setting: setting, width: width) }

  /// Renders the moment at `seconds`; frames of a session come in order, since the camera's noise goes on.
  package func frame(_ seconds: Double) throws -> (picture: Picture, truth: SessionTruth) {
    let moment = play.moment(seconds)
    let scene = scene(moment)
    let geometry = SceneGeometry(scene, rig: assets.rig(of: scene.person.identity))
    let rgba = try renderer.render(scene, geometry)
    var window = geometry.measure.window(geometry.camera)
    window.centre /= Float(Self.oversampling)
    window.side /= Float(Self.oversampling)
    let isInside =
      window.centre.x > 0 && window.centre.x < Float(width) && window.centre.y > 0 && window.centre.y < Float(height)
    let truth = SessionTruth(
      seconds: seconds, weights: scene.weights, rotation: geometry.camera.facingRotation,
      window: isInside ? window : nil, isCertain: moment.absence == 0 || moment.absence == 1)
    return (camera.picture(averaged(rgba)), truth)
  }

  private func scene(_ moment: SessionScript.Moment) -> FaceScene {
    var scene = setting.scene
    scene.weights = moment.weights
    scene.gaze = moment.gaze
    let rotation = Quaternion(yaw: moment.yaw, pitch: moment.pitch, roll: moment.roll)
    // The neck stays, the head turns about it.
    let neck = setting.neck + [moment.shift + moment.absence * wayOut, 0, 0]
    let position = neck + rotation.rotate(measure.anchor - SceneGeometry.neck)
    scene.depth = -position.z
    scene.ray = SIMD2(position.x, position.y) / scene.depth
    scene.facing = (HeadCamera.rayRotation(to: position).conjugate * rotation).normalized
    let (w, h) = (Float(renderer.width), Float(renderer.height))
    scene.windowCentre = SIMD2(w / 2 + focalLength * scene.ray.x, h / 2 - focalLength * scene.ray.y)
    scene.windowSide = 1.75 * measure.height * focalLength / scene.depth
    scene.light.exposure *= moment.exposure
    scene.background.gain *= moment.exposure
    if moment.lightTurn != 0 {
      let turn = Quaternion(angle: moment.lightTurn, axis: [0, 1, 0])
      scene.light.directions = scene.light.directions.map(turn.rotate)
      scene.light.turn += moment.lightTurn
    }
    return scene
  }

  private func averaged(_ rgba: [UInt8]) -> Picture {
    let factor = Self.oversampling
    var bytes = [UInt8](repeating: 255, count: width * height * 4)
    rgba.withUnsafeBufferPointer { source in
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<3 {
            var sum = factor * factor / 2
            for dy in 0..<factor {
              for dx in 0..<factor {
                sum += Int(source[(((y * factor + dy) * width + x) * factor + dx) * 4 + channel])
              }
            }
            bytes[(y * width + x) * 4 + channel] = UInt8(sum / (factor * factor))
          }
        }
      }
    }
    return Picture(width: width, height: height, bytes: bytes)
  }
}
