import Foundation

/// What figures of a session are grouped by.
package struct SessionTraits: Sendable {
  /// Mean light that the skin gives back, CIE L* 0…100 of its linear colour.
  package var skinLightness: Float
  package var light: SessionLight
  package var hasGlasses: Bool
  package var hasBeard: Bool
  /// The window's side at the seat, pixels.
  package var windowSide: Float
  /// x264's constant rate factor of this camera, nil for the writer's own.
  package var quality: Int?

  init(_ scene: FaceScene, measure: FaceMeasure, setting: SessionSetting, width: Int) {
    let person = scene.person
    let colour = person.skinColour * person.skinGain
    let luminance = max(0, min(1, 0.2126 * colour.x + 0.7152 * colour.y + 0.0722 * colour.z))
    skinLightness = luminance > 0.008856 ? 116 * cbrt(luminance) - 16 : 903.3 * luminance
    light = setting.light
    hasGlasses = person.glasses != nil
    hasBeard = person.beard.x > 0.1
    let position = setting.neck + measure.anchor - SceneGeometry.neck
    windowSide = 1.75 * measure.height * Float(width) / (2 * tan(setting.halfView)) / -position.z
    quality = setting.camera.quality
  }

  /// The head of `sessions.csv`.
  package static let header = "name,seed,seconds,light,leave,glasses,beard,skin_lightness,window_px"

  /// The line of `sessions.csv` for a session of this plan.
  package func line(_ plan: SessionPlan) -> String {
    let flag = { (value: Bool) in value ? "yes" : "no" }
    return [
      plan.name, "\(plan.seed)", String(format: "%g", plan.seconds), light.rawValue, flag(plan.leaves),
      flag(hasGlasses), flag(hasBeard), String(format: "%.1f", skinLightness), String(format: "%.0f", windowSide),
    ].joined(separator: ",")
  }
}
