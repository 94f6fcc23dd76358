"""A disc in a zip file: brought in from the page, and there like any other study."""

import glob
import os
import shutil
import subprocess
import tempfile
import zipfile

from playwright.sync_api import expect

from pages.login import Login


def foreign_disc(images):
    """A zip file of a study that nobody has sent, with a file that is no image."""
    folder = tempfile.mkdtemp(prefix="jieli-disc-")
    files = [shutil.copy(name, folder) for name in glob.glob(os.path.join(images, "us-heart", "*.dcm"))]
    subprocess.run(["dcmodify", "-nb", "-gst", "-gse", "-gin", "-m", "InstitutionName=WAIYUAN", *files], check=True)
    path = os.path.join(folder, "disc.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as disc:
        for name in files:
            disc.write(name, "IMAGES/" + os.path.basename(name))
        disc.writestr("README.TXT", "viewer")
    return path, len(files)


def chapter(story):
    checks, gallery = story.checks, story.gallery
    radiographer = story.person("radiographer", "paotai")
    page = radiographer.page
    disc, count = foreign_disc(story.images)
    with checks.check("the radiographer finds the import page", page, vital=True):
        page.goto("/imports")
        if "/login" in page.url:
            Login(page).log_in(radiographer.user)
            page.goto("/imports")
        expect(page.get_by_role("heading", name="导入影像")).to_be_visible()
        expect(page.get_by_role("link", name="导入", exact=True)).to_have_attribute("aria-current", "page")
    gallery.shoot_both(radiographer, "imports")
    with checks.check("uploads a zip file and is shown whose study is in it", page, vital=True):
        page.locator("input[name=zip]").set_input_files(disc)
        expect(page.locator("[data-role=choice]")).to_contain_text("测试丙", timeout=90000)
        expect(page.locator("[data-role=choice]")).to_contain_text("WAIYUAN")
        expect(page.locator("[data-role=files]")).to_contain_text("跳过的文件")
    gallery.shoot(page, "imports-choice")
    with checks.check("finds the import again after a reload", page, vital=True):
        page.reload()
        expect(page.locator("[data-role=choice]")).to_contain_text("测试丙")
    with checks.check("imports the study, and opens it", page, vital=True):
        page.get_by_role("button", name="导入所选检查").click()
        expect(page.locator("[data-role=result]")).to_contain_text(f"新收 {count} 幅", timeout=90000)
        gallery.shoot(page, "imports-result")
        page.get_by_role("link", name="打开检查").click()
        expect(page.locator("main")).to_contain_text("导入检查", timeout=90000)
    shutil.rmtree(os.path.dirname(disc))
