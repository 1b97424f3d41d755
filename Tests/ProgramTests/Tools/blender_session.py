"""Runs in `blender --background`: uses the add-on on a scene of its own and writes what the scene shows after every frame.

Arguments after `--`: the add-on, the names of the shapes separated by commas, the output, and how many frames to wait for.
The first line printed is `port N`. Every line of the output is a JSON object: time, weights read from the shape keys, where
the head bone has turned the direction out of the face (-Y at rest) and up (+Z), and the recorded keyframe of jawOpen.
"""

import importlib.util
import json
import select
import sys

import bpy
from mathutils import Vector

addon, names, output, frames = sys.argv[sys.argv.index("--") + 1:]
specification = importlib.util.spec_from_file_location("gurn_face", addon)
gurn_face = importlib.util.module_from_spec(specification)
specification.loader.exec_module(gurn_face)

bpy.ops.wm.read_factory_settings(use_empty=True)
gurn_face.register()
mesh = bpy.data.meshes.new("face")
mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
face = bpy.data.objects.new("face", mesh)
bpy.context.collection.objects.link(face)
face.shape_key_add(name="Basis")
# Every other one spelled as in VRM.
for index, name in enumerate(names.split(",")):
    face.shape_key_add(name=name if index % 2 else name[0].upper() + name[1:])

armature = bpy.data.objects.new("rig", bpy.data.armatures.new("rig"))
bpy.context.collection.objects.link(armature)
bpy.context.view_layer.objects.active = armature
bpy.ops.object.mode_set(mode="EDIT")
bone = armature.data.edit_bones.new("head")
bone.head, bone.tail, bone.roll = (0, 0, 1.6), (0, 0.05, 1.8), 0.4
bpy.ops.object.mode_set(mode="OBJECT")

shown = []


def on_frame(heard):
    bpy.context.view_layer.update()
    pose = armature.pose.bones["head"]
    turn = (pose.matrix @ pose.bone.matrix_local.inverted()).to_3x3()
    shown.append({
        "time": heard.time,
        "weights": {key.name[0].lower() + key.name[1:]: key.value for key in mesh.shape_keys.key_blocks[1:]},
        "forward": list(turn @ Vector((0, -1, 0))),
        "up": list(turn @ Vector((0, 0, 1))),
    })


receiver = gurn_face.Receiver(0, gurn_face.Puppet(armature, "head", "neck"), on_frame)
receiver.record(True)
print(f"port {receiver.port}", flush=True)
while len(shown) < int(frames):
    select.select([receiver.socket], [], [])
    receiver.poll()
receiver.record(False)

# What was recorded, read back from the animation at the frame that belongs to each moment.
curves = {curve.data_path: curve for curve in mesh.shape_keys.animation_data.action.fcurves}
jaw = curves[[path for path in curves if "awOpen" in path][0]]
first, rate = shown[0]["time"], bpy.context.scene.render.fps
for frame in shown:
    frame["recorded"] = jaw.evaluate(bpy.context.scene.frame_current + (frame["time"] - first) * rate)
with open(output, "w") as file:
    for frame in shown:
        file.write(json.dumps(frame) + "\n")
