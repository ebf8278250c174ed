@echo off
rem Nightly backup on one Windows machine, started by the Task Scheduler. Set the two folders and the key first.
set CAMPAIGN_HOME=D:\campaign-data
set CAMPAIGN_KEY=D:\campaign-key\signing.key
set BACKUP_DIR=E:\campaign-backup
set PYTHONUTF8=1
cd /d "%~dp0.."
if not exist "%BACKUP_DIR%" mkdir "%BACKUP_DIR%"
.venv\Scripts\python.exe deploy\backup.py >> "%BACKUP_DIR%\backup.log" 2>&1
if errorlevel 1 eventcreate /L APPLICATION /T ERROR /SO campaign /ID 1 /D "Nightly backup failed, see %BACKUP_DIR%\backup.log" & msg * "Nightly backup failed, see %BACKUP_DIR%\backup.log" & exit /b 1
